import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { MethodInput } from '#shared/contract/index.ts';
import type { ScheduleItem } from '#shared/contract/schedule.ts';
import type { MachineSnapshots } from '#shared/contract/snapshots.ts';
import { isJobOver, type Job } from '#shared/model/job.ts';
import { useRoom } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { Button } from '../../ui/button.tsx';
import { formatAgo, formatMoment } from '../../ui/format.ts';
import { Segmented } from '../../ui/segmented.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { showError, showToast } from '../../ui/toast-store.ts';
import { freshnessMarkOf } from '../snapshots/words.ts';
import { ProofPart } from './proof-part.tsx';
import { SlotStrip } from './slot-strip.tsx';
import { SlotTable } from './slot-table.tsx';

const shownSlots = 12;
const intervals = ['1', '2', '5', '15', '60'] as const;

/** One machine: how it is copied by itself, what became of each slot, and whether the chain was proved. */
export function SchedulePart({
  item,
  name,
  snapshots,
  mirroredAt,
  proof,
  isCut,
  nowMs,
}: {
  readonly item: ScheduleItem;
  readonly name: string;
  /** Null while it is not read, and for a machine that was never copied. */
  readonly snapshots: MachineSnapshots | null;
  /** When the copy that the bucket holds newest was taken; null for none, undefined while it is not read. */
  readonly mirroredAt: string | null | undefined;
  readonly proof: Job | null;
  readonly isCut: boolean;
  readonly nowMs: number;
}): ReactNode {
  const { call } = useRoom();
  const [showsAll, setShowsAll] = useState(false);
  const { instanceId, settings, incident, slots } = item;
  const set = (change: Omit<MethodInput<'schedule.set'>, 'instanceId'>): void => {
    call('schedule.set', { instanceId, isOn: settings.isOn, ...change }).catch((thrown: unknown) =>
      showError('The schedule was not changed', thrown),
    );
  };
  const prove = (): void => {
    call('sync.prove', { instanceId }).then(
      () => showToast({ shape: 'running', title: `Proving the copies of ${name}` }),
      (thrown: unknown) => showError('Not begun', thrown),
    );
  };
  const mark = snapshots === null ? null : freshnessMarkOf(snapshots);
  const own: string = String(settings.intervalMinutes);
  const options = [...new Set<string>([...intervals, own])].toSorted((a, b) => Number(a) - Number(b));
  return (
    <section className="schedmachine" aria-label={name} data-testid="schedule-machine">
      <div className="schedhead">
        <h2 className="trunc">
          <Link className="link" href={addressOf.machine(instanceId)}>
            {name}
          </Link>
        </h2>
        {name === instanceId ? null : <span className="src mono">{instanceId}</span>}
        {mark === null ? null : (
          <span title={mark.because}>
            <StateMark shape={mark.shape} word={mark.word} />
          </span>
        )}
        <span className="src tn">
          {snapshots?.lastGoodAt == null
            ? 'no good copy yet'
            : `last good ${formatAgo(Date.parse(snapshots.lastGoodAt), nowMs)}`}
          {mirroredAt === undefined
            ? ', B2 not read'
            : mirroredAt === null
              ? ', nothing of it in B2'
              : `, in B2 as of ${formatAgo(Date.parse(mirroredAt), nowMs)}`}
        </span>
        <span className="sp" />
        <Button
          size="small"
          disabled={isCut || (proof !== null && !isJobOver(proof.state))}
          title={isCut ? 'The engine is not connected' : 'One copy, mirrored, checked, and one file brought back'}
          onClick={prove}
        >
          Prove
        </Button>
      </div>
      {incident === null ? null : (
        <p className="schedwrong">
          <StateMark shape="fail" word={incident.state === 'late' ? 'Late' : 'Failing'} />{' '}
          <span className="t2">{`since ${formatMoment(incident.since, nowMs)}. ${incident.because}`}</span>
        </p>
      )}
      <div className="schedset">
        <Segmented
          label={`Copied by itself: ${name}`}
          size="small"
          value={settings.isOn ? 'on' : 'off'}
          onChange={(next) => set({ isOn: next === 'on' })}
          options={[
            { value: 'on', label: 'On', disabled: isCut },
            { value: 'off', label: 'Off', disabled: isCut },
          ]}
        />
        <span className="t3">every</span>
        <Segmented
          label={`Minutes between copies: ${name}`}
          size="small"
          value={own}
          onChange={(next) => set({ intervalMinutes: Number(next) })}
          options={options.map((value) => ({ value, label: value, disabled: isCut }))}
        />
        <span className="t3">min, mirrored</span>
        <Segmented
          label={`Mirrored: ${name}`}
          size="small"
          value={settings.mirror ? 'on' : 'off'}
          onChange={(next) => set({ mirror: next === 'on' })}
          options={[
            { value: 'on', label: 'Yes', disabled: isCut },
            { value: 'off', label: 'No', disabled: isCut },
          ]}
        />
        <span className="sp" />
        <span className="src tn">
          {!settings.isOn
            ? `switched off by ${item.setBy}, ${formatMoment(item.setAt, nowMs)}`
            : item.pausedBecause !== null
              ? `paused: ${item.pausedBecause}`
              : item.nextSlotAt === null
                ? ''
                : `next slot ${formatMoment(item.nextSlotAt, nowMs)}`}
        </span>
      </div>
      {slots.length === 0 ? (
        <p className="why schednone">No slot has come yet.</p>
      ) : (
        <>
          <SlotStrip slots={slots} />
          <SlotTable slots={showsAll ? slots : slots.slice(0, shownSlots)} nowMs={nowMs} />
          {slots.length <= shownSlots ? null : (
            <Button kind="ghost" size="small" onClick={() => setShowsAll(!showsAll)}>
              {showsAll ? 'Fewer' : `All ${slots.length}`}
            </Button>
          )}
        </>
      )}
      <div className="schedproof">
        <h3 className="w5">Proof</h3>
        <ProofPart job={proof} nowMs={nowMs} />
      </div>
    </section>
  );
}
