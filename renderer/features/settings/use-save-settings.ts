import { useQueryClient } from '@tanstack/react-query';
import type { MethodInput } from '#shared/contract/index.ts';
import { queryKeyOf, useRoom } from '../../client/hooks.ts';
import { showError } from '../../ui/toast-store.ts';

/** Saves some settings; the answer of the room is what is shown afterwards. */
export function useSaveSettings(): (change: MethodInput<'settings.set'>) => Promise<boolean> {
  const { call } = useRoom();
  const queryClient = useQueryClient();
  return async (change) => {
    try {
      queryClient.setQueryData(queryKeyOf('settings.get', {}), await call('settings.set', change));
      return true;
    } catch (thrown) {
      showError('Not saved', thrown);
      return false;
    }
  };
}
