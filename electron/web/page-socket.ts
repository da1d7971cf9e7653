import { userInfo } from 'node:os';
import type { WebSocket } from 'ws';
import { callFrameSchema, type AnswerFrame, type EventFrame } from '#shared/contract/wire.ts';
import { followEvents, type CoreHolder } from '../engine/follow-events.ts';

/** Frames of one page: calls in, answers and events out. */
export function servePage(socket: WebSocket, options: CoreHolder): void {
  const caller = { actor: 'operator', name: userInfo().username } as const;
  const send = (frame: AnswerFrame | EventFrame): void => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame));
  };
  const stopFollowing = followEvents(options, (event) => send({ t: 'event', event }));

  socket.on('message', (data) => {
    // Frames arrive whole, as one buffer: `ws` is not asked for fragments.
    void receive((data as Buffer).toString('utf8'));
  });
  socket.on('close', stopFollowing);
  socket.on('error', () => socket.terminate());

  async function receive(text: string): Promise<void> {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      socket.close(1007, 'not JSON');
      return;
    }
    const frame = callFrameSchema.safeParse(value);
    if (!frame.success) {
      socket.close(1008, 'not a call');
      return;
    }
    const envelope = await options.core().dispatcher.dispatch(frame.data.method, frame.data.input, caller);
    send({ t: 'answer', id: frame.data.id, envelope });
  }
}
