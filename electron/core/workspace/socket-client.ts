import { connect } from 'node:net';
import { z } from 'zod';
import { serverFrameSchema } from '#shared/contract/wire.ts';
import { RoomError, type Envelope } from '#shared/errors.ts';
import type { RoomEvent } from '#shared/contract/index.ts';
import { createLineSocket } from './line-socket.ts';

const greetingSchema = z.object({
  t: z.literal('hello'),
  workspaceId: z.string(),
  role: z.enum(['resident', 'errand']),
  pid: z.number(),
});

export type RemoteEngine = {
  readonly role: 'resident' | 'errand';
  readonly pid: number;
  call(method: string, input: unknown): Promise<Envelope<unknown>>;
  subscribe(listener: (event: RoomEvent) => void): () => void;
  requestHandover(): Promise<void>;
  requestLink(): Promise<string | null>;
  /** Resolves when the connection has ended, by whichever side. */
  readonly ended: Promise<void>;
  close(): void;
};

/**
 * Connects to the engine that holds a workspace. The peer must prove by its greeting that it
 * serves this workspace. @throws RoomError engine_lost when nobody answers.
 */
export async function connectToEngine(
  socketPath: string,
  workspaceId: string,
  timeoutMs: number,
): Promise<RemoteEngine> {
  const socket = connect({ path: socketPath });
  const pending = new Map<number, { resolve: (envelope: Envelope<unknown>) => void; reject: (error: Error) => void }>();
  const listeners = new Set<(event: RoomEvent) => void>();
  const controls: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];
  let nextId = 1;

  const lost = (): RoomError =>
    new RoomError('engine_lost', 'The engine that holds the workspace has gone.', {
      hint: 'Try again: what it had stored is kept.',
    });
  const failAll = (): void => {
    for (const call of pending.values()) call.reject(lost());
    pending.clear();
    for (const control of controls.splice(0)) control.reject(lost());
  };
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('close', failAll);
  socket.on('error', failAll);

  const control = (value: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      controls.push({ resolve, reject });
      line.send(value);
    });

  const line = createLineSocket(socket, (value) => {
    const frame = serverFrameSchema.safeParse(value);
    if (!frame.success) {
      controls.shift()?.resolve(value);
      return;
    }
    if (frame.data.t === 'event') {
      for (const listener of listeners) listener(frame.data.event as RoomEvent);
      return;
    }
    pending.get(frame.data.id)?.resolve(frame.data.envelope as Envelope<unknown>);
    pending.delete(frame.data.id);
  });

  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  try {
    const greeting = greetingSchema.parse(await control({ t: 'hello', workspaceId }));
    return {
      role: greeting.role,
      pid: greeting.pid,
      call: (method, input) =>
        new Promise((resolve, reject) => {
          if (socket.destroyed) {
            reject(lost());
            return;
          }
          const id = nextId++;
          pending.set(id, { resolve, reject });
          line.send({ t: 'call', id, method, input });
        }),
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      async requestHandover() {
        const answer = z.object({ t: z.string() }).parse(await control({ t: 'handover' }));
        if (answer.t !== 'handed_over')
          throw new RoomError('workspace_busy', 'The engine that holds the workspace does not give it up.');
      },
      async requestLink() {
        const answer = z
          .object({ t: z.literal('link'), url: z.string().nullable() })
          .safeParse(await control({ t: 'link' }));
        return answer.success ? answer.data.url : null;
      },
      ended,
      close: () => socket.destroy(),
    };
  } catch (cause) {
    socket.destroy();
    throw cause instanceof RoomError
      ? cause
      : new RoomError('engine_lost', 'Whoever listens for this workspace did not prove to be its engine.', { cause });
  } finally {
    clearTimeout(timer);
  }
}
