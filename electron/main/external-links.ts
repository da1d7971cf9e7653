import { shell } from 'electron';
import { isSafeExternalUrl } from '#shared/rules/page-address.ts';

/** The one door out: an https address goes to the system's browser, anything else nowhere. */
export function openExternalSafely(url: string): void {
  if (!isSafeExternalUrl(url)) return;
  // A system without a browser is no fault of the room.
  shell.openExternal(url).catch(() => undefined);
}
