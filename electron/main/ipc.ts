import { ipcMain } from 'electron';
import { z } from 'zod';
import { invokeChannel, retryEngineMethod } from '#shared/contract/desktop-bridge.ts';
import { RoomError, toErrorPayload, type Envelope } from '#shared/errors.ts';
import { isTrustedSender } from './sender.ts';

const methodSchema = z.string().min(1).max(100);

export type IpcOptions = {
  /** Ids of the web contents that are windows of ours. */
  readonly windows: ReadonlySet<number>;
  readonly call: (method: string, input: unknown) => Promise<Envelope<unknown>>;
  readonly retryEngine: () => void;
};

/** The one channel a page calls on. Nothing throws across it: refusals are envelopes too. */
export function serveIpc(options: IpcOptions): void {
  ipcMain.handle(invokeChannel, async (event, method: unknown, input: unknown): Promise<Envelope<unknown>> => {
    try {
      if (!isTrustedSender(event, options.windows)) {
        throw new RoomError('forbidden', 'Only the window of the room may call it.', { hint: 'Nothing was done.' });
      }
      const name = methodSchema.safeParse(method);
      if (!name.success)
        throw new RoomError('unknown_method', 'A method is named by a text of 100 characters at most.');
      if (name.data === retryEngineMethod) {
        options.retryEngine();
        return { ok: true, value: null };
      }
      return await options.call(name.data, input);
    } catch (thrown) {
      return { ok: false, error: toErrorPayload(thrown) };
    }
  });
}
