import { useEffect } from 'react';
import { useClient } from '../client/client-context.tsx';
import { useCommandStore } from './commands.ts';

/** Items of a native menu run the page's own commands; one whose screen is not open does nothing. */
export function useShellCommands(): void {
  const { transport } = useClient();
  useEffect(
    () =>
      transport.onShellCommand((id) => {
        const commands = useCommandStore.getState().regions.flatMap((region) => region.commands);
        commands.findLast((command) => command.id === id)?.run();
      }),
    [transport],
  );
}
