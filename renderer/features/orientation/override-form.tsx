import { useState, type ReactNode } from 'react';
import type { OrientationItem } from '#shared/model/orientation.ts';
import type { OrientationVerdict } from '#shared/rules/orientation/verdict.ts';
import { useConnection, useRoom } from '../../client/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { showError, showToast } from '../../ui/toast-store.ts';
import { markOf, verdicts } from './words.ts';

/** A person's word with a reason; the measured verdict stays beside it. */
export function OverrideForm({ item }: { readonly item: OrientationItem }): ReactNode {
  const { call } = useRoom();
  const connection = useConnection();
  const [verdict, setVerdict] = useState<OrientationVerdict>(item.standing ?? 'aligned');
  const [reason, setReason] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const hasReason = reason.trim() !== '';
  const canSave = !isBusy && connection.kind === 'open' && hasReason;
  const save = async (next: OrientationVerdict | null): Promise<void> => {
    setIsBusy(true);
    try {
      await call('orientation.override', { clipId: item.clipId, verdict: next, reason: reason.trim() });
      setReason('');
      showToast({
        shape: next === null ? 'off' : 'warn',
        title: next === null ? 'Override taken back' : `Overridden: ${markOf(next).word}`,
        text: 'The measured verdict stays beside it.',
      });
    } catch (thrown) {
      showError('Not recorded', thrown);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <form
      className="override"
      aria-label="Override"
      onSubmit={(event) => {
        event.preventDefault();
        if (canSave) void save(verdict);
      }}
    >
      <h4>
        Override <span className="src">kept as an event, the measurement stays</span>
      </h4>
      <Segmented
        label="Verdict of a person"
        size="small"
        value={verdict}
        onChange={setVerdict}
        options={verdicts.map((value) => ({ value, label: markOf(value).word }))}
      />
      <textarea
        className="area"
        aria-label="Reason of the override"
        placeholder="What the pictures show"
        rows={2}
        maxLength={2000}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <div className="row">
        <span className="sp" />
        {item.override === null ? null : (
          <Button
            size="small"
            disabled={!canSave}
            title={hasReason ? undefined : 'A reason is needed'}
            onClick={() => void save(null)}
          >
            Take back
          </Button>
        )}
        <Button isSubmit size="small" disabled={!canSave} title={hasReason ? undefined : 'A reason is needed'}>
          Override
        </Button>
      </div>
    </form>
  );
}
