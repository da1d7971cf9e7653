import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Opens an address with the desktop's own opener, when there is one; the printed line says it all otherwise. */
export function openBrowser(url: string): void {
  const opener = process.platform === 'darwin' ? '/usr/bin/open' : '/usr/bin/xdg-open';
  if (
    !existsSync(opener) ||
    (process.platform !== 'darwin' &&
      process.env['DISPLAY'] === undefined &&
      process.env['WAYLAND_DISPLAY'] === undefined)
  )
    return;
  const child = spawn(opener, [url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
