import { useLocation } from 'wouter';
import { useRoom } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { showError, showToast } from '../../ui/toast-store.ts';

/** Opens the first pair of clips that two runs have in common. */
export function useCompareRuns(): (leftRunId: string, rightRunId: string) => Promise<void> {
  const { call } = useRoom();
  const [, navigate] = useLocation();
  return async (leftRunId, rightRunId) => {
    try {
      const { items } = await call('clips.suggestPairs', { runId: leftRunId });
      const pair = items.find((item) => item.left.runId === rightRunId || item.right.runId === rightRunId);
      if (pair === undefined) {
        showToast({
          shape: 'unknown',
          title: 'No pair found',
          text: 'No clip and variant of one run was found in the other. Choose two clips by hand.',
          action: { label: 'Choose clips', run: () => navigate(addressOf.compare()) },
        });
        return;
      }
      navigate(addressOf.compare(pair.left.id, pair.right.id));
    } catch (thrown) {
      showError('Runs not compared', thrown);
    }
  };
}
