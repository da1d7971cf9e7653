import type { TriageItem } from '#shared/contract/triage.ts';
import type { DecisionSubject } from '#shared/model/decision.ts';
import { useRoom } from '../../client/hooks.ts';
import { showError, showToast } from '../../ui/toast-store.ts';
import { titleOf } from './review-words.ts';

export type Verdict = 'accepted' | 'rejected' | 'unsure';
const verdictWords: Readonly<Record<Verdict, string>> = {
  accepted: 'Accepted',
  rejected: 'Rejected',
  unsure: 'Unsure',
};

/** Records a verdict on what an item is about, with a way back. Resolves to whether it was recorded. */
export function useVerdicts(): (item: TriageItem, verdict: Verdict) => Promise<boolean> {
  const { call } = useRoom();
  const undo = (eventId: string): void => {
    call('decisions.undo', { eventId }).then(
      () => showToast({ shape: 'off', title: 'Taken back', text: 'It waits again.' }),
      (thrown: unknown) => showError('Not taken back', thrown),
    );
  };
  return async (item, verdict) => {
    try {
      const saved = await call('decisions.record', {
        subject: subjectOf(item),
        value: { kind: 'verdict', verdict, note: '' },
      });
      showToast({
        shape: 'ok',
        title: `${verdictWords[verdict]}: ${titleOf(item)}`,
        action: { label: 'Undo', run: () => undo(saved.eventId) },
      });
      return true;
    } catch (thrown) {
      showError('Not recorded', thrown);
      return false;
    }
  };
}

function subjectOf({ clipId, mediaId, runId }: TriageItem): DecisionSubject {
  return clipId === null ? { kind: 'run', runId } : { kind: 'clip', clipId, mediaId, frame: null, frameEnd: null };
}
