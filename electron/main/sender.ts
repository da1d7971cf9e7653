import type { IpcMainInvokeEvent } from 'electron';
import { isPageUrl } from '#shared/rules/page-address.ts';

/** As much of an invoke event as decides who sent it. */
export type Sender = {
  readonly sender: { readonly id: number };
  readonly senderFrame: Pick<NonNullable<IpcMainInvokeEvent['senderFrame']>, 'parent' | 'url' | 'origin'> | null;
};

/**
 * May this frame call the room? Only the top frame of a window that we made, and only while it shows
 * our page. The frame is null when it went away or navigated between the call and now.
 */
export function isTrustedSender(event: Sender, windows: ReadonlySet<number>): boolean {
  const { sender, senderFrame } = event;
  if (!windows.has(sender.id) || senderFrame === null) return false;
  return senderFrame.parent === null && isPageUrl(senderFrame.url) && isPageUrl(senderFrame.origin);
}
