import { tmpdir } from 'node:os';
import { RoomError } from '#shared/errors.ts';
import { createCore, type Core } from '../create-core.ts';
import type { Caller, Ports } from '../ports.ts';
import { acquireLock, type HeldLock, type LockHolder } from './lock.ts';
import { rememberRecent } from './home.ts';
import { connectToEngine, type RemoteEngine } from './socket-client.ts';
import { socketPathOf } from './socket-path.ts';
import { serveSocket, type SocketServer } from './socket-server.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/** An engine of our own on a workspace: lock held, socket served. */
export type Session = {
  readonly kind: 'own';
  readonly core: Core;
  readonly socket: SocketServer;
  /** Resolves when the workspace was given up to a resident engine. */
  readonly handedOver: Promise<void>;
  close(): Promise<void>;
};

/** Somebody else's engine on the workspace: we are its client. */
export type Guest = { readonly kind: 'guest'; readonly engine: RemoteEngine; readonly holder: LockHolder };

export type EnterOptions = {
  readonly ports: Ports;
  readonly path: string;
  readonly isDemo: boolean;
  readonly role: 'resident' | 'errand';
  readonly caller: Caller;
  readonly makeLink: (() => string) | null;
};

const connectTimeoutMs = 5_000;
/** A holder that can not be reached is starting or ending: both are over within this. */
const patienceMs = 15_000;

/**
 * Enters a workspace: with an engine of our own when nobody has one there, else as the guest of the
 * engine that does. A resident that meets an errand asks it to hand over.
 * @throws RoomError workspace_busy when the holder neither answers nor goes away.
 */
export async function enterWorkspace(options: EnterOptions): Promise<Session | Guest> {
  const { workspace } = openWorkspace(options.path, {
    now: new Date(options.ports.clock.now()),
    isDemo: options.isDemo,
  });
  const socketPath = socketPathOf(workspace.path, tmpdir());
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const attempt = acquireLock(workspace.path, {
      pid: process.pid,
      role: options.role,
      socketPath,
      since: new Date(options.ports.clock.now()).toISOString(),
    });
    if ('lock' in attempt) return openSession(options, workspace, attempt.lock, socketPath);
    const guest = await greet(attempt.heldBy, workspace.id);
    if (guest !== null) {
      if (options.role === 'errand' || guest.engine.role === 'resident') return guest;
      await guest.engine.requestHandover().catch(() => undefined);
      guest.engine.close();
    }
    if (Date.now() > deadline) {
      throw new RoomError(
        'workspace_busy',
        `The workspace ${workspace.path} is held by another engine${attempt.heldBy === null ? '' : ` (process ${attempt.heldBy.pid}, since ${attempt.heldBy.since})`} that does not answer.`,
        {
          hint: 'Wait for it to end, or end that process. The lock goes with it.',
          details: attempt.heldBy === null ? {} : { pid: attempt.heldBy.pid, role: attempt.heldBy.role },
        },
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * Waits for the engine that a workspace was handed over to and becomes its guest; never takes the
 * lock itself, which is free for a moment. @throws RoomError engine_lost when nobody comes.
 */
export async function joinSuccessor(workspace: Workspace): Promise<RemoteEngine> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return await connectToEngine(socketPathOf(workspace.path, tmpdir()), workspace.id, connectTimeoutMs);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function greet(holder: LockHolder | null, workspaceId: string): Promise<Guest | null> {
  if (holder === null) return null;
  try {
    return { kind: 'guest', holder, engine: await connectToEngine(holder.socketPath, workspaceId, connectTimeoutMs) };
  } catch {
    return null;
  }
}

async function openSession(
  options: EnterOptions,
  workspace: Workspace,
  lock: HeldLock,
  socketPath: string,
): Promise<Session> {
  const { ports, role } = options;
  let core: Core;
  try {
    core = await createCore(ports, { workspace, role });
  } catch (error) {
    lock.release();
    throw error;
  }
  let announceHandover: () => void = () => undefined;
  const handedOver = new Promise<void>((resolve) => {
    announceHandover = resolve;
  });
  let isOver = false;
  const end = async (stopJobs: () => Promise<void>): Promise<void> => {
    if (isOver) return;
    isOver = true;
    // The next engine listens at the same path: it must be free before the lock is.
    socket.stopListening();
    await stopJobs();
    await core.close();
    lock.release();
  };
  const socket: SocketServer = await serveSocket({
    core,
    path: socketPath,
    workspaceId: workspace.id,
    role,
    caller: { actor: 'cli', name: options.caller.name },
    makeLink: options.makeLink,
    onHandover:
      role === 'resident'
        ? null
        : async () => {
            await end(() => core.jobs.handOver());
            announceHandover();
          },
  }).catch(async (error: unknown) => {
    await core.close();
    lock.release();
    throw error;
  });
  if (role === 'resident') {
    rememberRecent(ports.roomHome, {
      path: workspace.path,
      isDemo: workspace.isDemo,
      lastOpenedAt: new Date(ports.clock.now()).toISOString(),
    });
  }
  return {
    kind: 'own',
    core,
    socket,
    handedOver,
    async close() {
      await end(() => Promise.resolve());
      await socket.close();
    },
  };
}
