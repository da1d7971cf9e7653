import type { Session } from 'electron';
import { isPageUrl } from '#shared/rules/page-address.ts';

/** Everything else is refused, whoever asks. */
const allowed: ReadonlySet<string> = new Set(['fullscreen', 'clipboard-sanitized-write']);

/** The page may fill the screen and copy text. No camera, screen, device, place or notification of its own. */
export function guardPermissions(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) => {
    answer(allowed.has(permission) && isPageUrl(contents.getURL()));
  });
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) => {
    return allowed.has(permission) && isPageUrl(requestingOrigin);
  });
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer(null));
}
