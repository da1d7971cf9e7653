import './client/zod-config.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ClientProvider } from './client/client-context.tsx';
import { createClient } from './client/create-client.ts';
import { keepDroppedFiles } from './client/keep-dropped-files.ts';
import { createPreloadTransport, desktopBridge } from './client/preload-transport.ts';
import { createWebSocketTransport, isPageLockedOut, webSocketUrlOf } from './client/websocket-transport.ts';
import { App } from './shell/app.tsx';
import './ui/style.css';
import './shell/shell.css';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
const bridge = desktopBridge();
const client = createClient(
  bridge === null
    ? createWebSocketTransport(webSocketUrlOf(window.location), isPageLockedOut)
    : createPreloadTransport(bridge),
);
keepDroppedFiles(window);

/** Drawn once with its own letters: text that changes its width later would move what stands beside it. */
const fonts = Promise.all([
  document.fonts.load('500 13px "Inter Variable"'),
  document.fonts.load('400 12px "Geist Mono Variable"'),
]);
const longestWaitForFontsMs = 400;
await Promise.race([
  fonts.catch(() => undefined),
  new Promise((resolve) => {
    setTimeout(resolve, longestWaitForFontsMs);
  }),
]);
createRoot(root).render(
  <StrictMode>
    <ClientProvider client={client}>
      <App />
    </ClientProvider>
  </StrictMode>,
);
