import './client/zod-config.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ClientProvider } from './client/client-context.tsx';
import { createClient } from './client/create-client.ts';
import { createWebSocketTransport, webSocketUrlOf } from './client/websocket-transport.ts';
import { App } from './shell/app.tsx';
import './ui/style.css';
import './shell/shell.css';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
const client = createClient(createWebSocketTransport(webSocketUrlOf(window.location)));
createRoot(root).render(
  <StrictMode>
    <ClientProvider client={client}>
      <App />
    </ClientProvider>
  </StrictMode>,
);
