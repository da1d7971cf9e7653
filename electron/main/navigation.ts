import type { WebContents } from 'electron';
import { isPageUrl } from '#shared/rules/page-address.ts';
import { openExternalSafely } from './external-links.ts';

/** Keeps a window on its page: it goes nowhere else, opens nothing, and hosts nothing foreign. */
export function guardNavigation(contents: WebContents): void {
  const stay = (event: { readonly url: string; preventDefault(): void }): void => {
    if (!isPageUrl(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openExternalSafely(url);
    return { action: 'deny' };
  });
}
