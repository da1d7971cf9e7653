import { app, BrowserWindow, ipcMain, protocol } from 'electron';
import { join } from 'node:path';

// The smallest app that uses what the stand-in has; standin.spec.ts drives it.
protocol.registerSchemesAsPrivileged([{ scheme: 'trial', privileges: { standard: true, secure: true } }]);
ipcMain.handle('echo', (event, ...args) => ({
  args,
  url: event.senderFrame.url,
  isTop: event.senderFrame.parent === null,
}));
ipcMain.handle('boom', () => {
  throw new Error('kaput');
});
ipcMain.handle('function', () => () => 1);

void app.whenReady().then(async () => {
  protocol.handle('trial', (request) => {
    const body = `<!doctype html><title>trial</title><script>window.early = typeof window.trial; window.from = ${JSON.stringify(request.initiatorOrigin ?? 'nobody')}</script>`;
    return new Response(body, { headers: { 'content-type': 'text/html' } });
  });
  const window = new BrowserWindow({
    width: 800,
    height: 600,
    webPreferences: { preload: join(app.getAppPath(), 'preload.cjs'), sandbox: true, contextIsolation: true },
  });
  await window.loadURL('trial://page/');
});
