import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import { HonestEmitter, honest } from './unimplemented.ts';

type InvokeHandler = (event: IpcMainInvokeEvent, ...args: unknown[]) => unknown;
const handlers = new Map<string, InvokeHandler>();

const implemented = {
  handle(channel, listener) {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    handlers.set(channel, listener as InvokeHandler);
  },
  removeHandler: (channel) => void handlers.delete(channel),
} satisfies Pick<IpcMain, 'handle' | 'removeHandler'>;

export const ipcMain = honest(
  'ipcMain',
  Object.assign(new HonestEmitter('ipcMain', []), implemented),
) as unknown as IpcMain;

/** What an `ipcRenderer.invoke` comes to; rejects with the words that Electron puts around a fault. */
export async function invokeHandler(
  channel: string,
  event: IpcMainInvokeEvent,
  args: readonly unknown[],
): Promise<unknown> {
  try {
    const handler = handlers.get(channel);
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
    return structuredClone(await handler(event, ...args));
  } catch (error) {
    throw new Error(`Error invoking remote method '${channel}': ${String(error)}`, { cause: error });
  }
}
