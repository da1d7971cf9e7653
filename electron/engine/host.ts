import { userInfo } from 'node:os';
import { RoomError, toErrorPayload } from '#shared/errors.ts';
import type { Core } from '#core/create-core.ts';
import type { Log, Ports } from '#core/ports.ts';
import { demoWorkspacePath } from '#core/workspace/home.ts';
import { enterWorkspace, type Session } from '#core/workspace/session.ts';

export type Host = {
  readonly core: () => Core;
  readonly onCoreChanged: (listener: () => void) => () => void;
  switchTo(path: string): Promise<void>;
  close(): Promise<void>;
};

/** Somebody has this workspace open already; `link` opens their room when they could be asked. */
export class AlreadyOpen extends RoomError {
  readonly link: string | null;

  constructor(path: string, link: string | null) {
    super('workspace_busy', `The room is already open on ${path}.`, {
      hint: 'Use the one that is open, or name another folder with --workspace.',
    });
    this.link = link;
  }
}

/**
 * Keeps one resident session and can put another in its place: the new workspace is opened before
 * the old one is closed, so that a folder that can't be opened changes nothing.
 */
export async function createHost(options: {
  readonly ports: Ports;
  readonly path: string;
  readonly isDemo: boolean;
  /** A fresh link into the browser shell; null where there is none. */
  readonly makeLink: (() => string) | null;
  readonly log: Log;
}): Promise<Host> {
  const listeners = new Set<() => void>();

  async function enter(path: string, isDemo: boolean): Promise<Session> {
    const entered = await enterWorkspace({
      ports: options.ports,
      path,
      isDemo,
      role: 'resident',
      caller: { actor: 'operator', name: userInfo().username },
      makeLink: options.makeLink,
    });
    if (entered.kind === 'own') return entered;
    const link = await entered.engine.requestLink().catch(() => null);
    entered.engine.close();
    throw new AlreadyOpen(path, link);
  }

  let session = await enter(options.path, options.isDemo);
  let switching = false;
  let isClosed = false;
  watchForLoss(session);

  /** A core that died is replaced, sooner at first and later and later; its jobs say that they were interrupted. */
  function watchForLoss(watched: Session): void {
    void watched.core.lost.then(async (error) => {
      options.log({
        level: 'error',
        area: 'engine',
        message: `The engine was lost and is started again: ${error.message}`,
      });
      await watched.close().catch(() => undefined);
      for (let waitMs = 250; !isClosed && session === watched; waitMs = Math.min(waitMs * 2, 30_000)) {
        try {
          replaceSession(await enter(watched.core.workspace.path, watched.core.workspace.isDemo));
          return;
        } catch (thrown) {
          options.log({
            level: 'error',
            area: 'engine',
            message: `The engine could not be started again, next try in ${waitMs} ms: ${toErrorPayload(thrown).message}`,
          });
          await new Promise((resolve) => setTimeout(resolve, waitMs));
        }
      }
    });
  }

  function replaceSession(next: Session): void {
    session = next;
    watchForLoss(next);
    for (const listener of listeners) listener();
  }

  return {
    core: () => session.core,
    onCoreChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async switchTo(path) {
      if (path === session.core.workspace.path) return;
      if (switching) throw new RoomError('job_conflict', 'Another workspace is being opened this moment.');
      switching = true;
      try {
        const old = session;
        replaceSession(await enter(path, path === demoWorkspacePath(options.ports.roomHome)));
        // The answer to the call that asked for this still has to leave the old core's dispatcher.
        setImmediate(() => {
          old.close().catch((error: unknown) =>
            options.log({
              level: 'error',
              area: 'engine',
              message: `The old workspace was not closed cleanly: ${String(error)}`,
            }),
          );
        });
      } finally {
        switching = false;
      }
    },
    close() {
      isClosed = true;
      return session.close();
    },
  };
}
