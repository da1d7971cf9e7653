import { QueryClientProvider } from '@tanstack/react-query';
import { createContext, useContext, type ReactNode } from 'react';
import type { RoomClient } from './create-client.ts';

const ClientContext = createContext<RoomClient | null>(null);

export function ClientProvider({
  client,
  children,
}: {
  readonly client: RoomClient;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <ClientContext value={client}>
      <QueryClientProvider client={client.queryClient}>{children}</QueryClientProvider>
    </ClientContext>
  );
}

export function useClient(): RoomClient {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('useClient outside of ClientProvider');
  return client;
}
