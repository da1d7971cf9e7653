import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { takenAtOf } from '#shared/rules/snapshot-tag.ts';
import { useConnection, useRoom, useRoomQuery } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { useScreenTitle } from '../../shell/use-screen.ts';
import { Button } from '../../ui/button.tsx';
import { plural } from '../../ui/format.ts';
import { EmptyState, ErrorState, Reading, StaleNote } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { showError } from '../../ui/toast-store.ts';
import { useNow } from '../../ui/use-now.ts';
import { nameOf, useFleet } from '../fleet/index.ts';
import { AgentPart } from './agent-part.tsx';
import { OutsidePart } from './outside-part.tsx';
import { SchedulePart } from './schedule-part.tsx';
import './schedule.css';

const shownSlots = 120;
const readProofs = 100;

export function ScheduleScreen(): ReactNode {
  useScreenTitle('Schedule');
  const { call } = useRoom();
  const isCut = useConnection().kind !== 'open';
  const nowMs = useNow(10_000);
  const list = useRoomQuery('schedule.list', { slots: shownSlots });
  const snapshots = useRoomQuery('snapshots.list', { limit: 1 });
  const mirror = useRoomQuery('mirror.list', {});
  const proofs = useRoomQuery('jobs.list', { kinds: ['sync.prove'], limit: readProofs });
  // Asked here, too: what is read later would push what stands below it down.
  const agent = useRoomQuery('schedule.agent', {});
  const alarms = useRoomQuery('schedule.alarms', {});
  const isTold = !agent.isPending && !alarms.isPending;
  const { view: fleet } = useFleet();

  const items = list.data?.items ?? [];
  const wrongCount = items.filter(({ incident }) => incident !== null).length;
  const onCount = items.filter(({ settings }) => settings.isOn).length;
  const scheduled = new Set(items.map(({ instanceId }) => instanceId));
  const others = (fleet?.items ?? []).filter((machine) => !scheduled.has(machine.id));
  const nameById = (id: string): string => {
    const machine = fleet?.items.find((item) => item.id === id);
    return machine === undefined ? id : nameOf(machine);
  };
  const mirroredAtOf = (instanceId: string): string | null | undefined =>
    mirror.data === undefined
      ? undefined
      : (mirror.data.items
          .filter((copy) => copy.instanceId === instanceId && copy.state === 'mirrored')
          .flatMap(({ tag }) => takenAtOf(tag) ?? [])
          .toSorted((a, b) => (a < b ? 1 : -1))[0] ?? null);
  return (
    <div className="screen">
      <div className="bar">
        <h1>Schedule</h1>
        <span className="t3 tn trunc">
          {list.data === undefined ? '' : `${onCount} of ${plural(items.length, 'machine')} copied by the clock`}
        </span>
        {wrongCount === 0 ? null : <StateMark shape="fail" word={`${wrongCount} not good`} />}
        <StaleNote error={list.data === undefined ? null : list.error} readAtMs={list.dataUpdatedAt} nowMs={nowMs} />
      </div>
      {list.data === undefined ? (
        list.error === null ? (
          <Reading what="Reading the schedule" />
        ) : (
          <ErrorState
            title="The schedule could not be read"
            error={list.error}
            actions={<Button onClick={() => void list.refetch()}>Read again</Button>}
          />
        )
      ) : (
        <div className="schedsplit">
          <div
            className="scroll schedlist"
            tabIndex={0}
            role="region"
            aria-label="Machines that are copied by the clock"
          >
            {mirror.error === null ? null : <ErrorState inline title="What is in B2 is unknown" error={mirror.error} />}
            {snapshots.error === null ? null : (
              <ErrorState inline title="How fresh copies are is unknown" error={snapshots.error} />
            )}
            {items.map((item) => (
              <SchedulePart
                key={item.instanceId}
                item={item}
                name={nameById(item.instanceId)}
                snapshots={snapshots.data?.machines.find((each) => each.instanceId === item.instanceId) ?? null}
                mirroredAt={mirroredAtOf(item.instanceId)}
                proof={proofs.data?.items.find((job) => job.subject === `machine ${item.instanceId}`) ?? null}
                isCut={isCut}
                nowMs={nowMs}
              />
            ))}
            {items.length > 0 ? null : (
              <EmptyState
                lead="No machine is copied by itself."
                actions={
                  others.length > 0 ? null : (
                    <Link className="btn" href={addressOf.fleet}>
                      Open Fleet
                    </Link>
                  )
                }
              >
                While it runs, a machine can be pulled every few minutes and mirrored to B2. Every slot is accounted for
                here, and one that fails is told at once.
              </EmptyState>
            )}
            {others.length === 0 ? null : (
              <section className="schedothers" aria-label="Machines that are not copied by the clock">
                <h2>Not in schedule</h2>
                <ul className="lines">
                  {others.map((machine) => (
                    <li key={machine.id} className="row">
                      <span className="w5 trunc">{nameOf(machine)}</span>
                      <span className="src mono">{machine.id}</span>
                      <span className="sp" />
                      <Button
                        size="small"
                        disabled={isCut}
                        onClick={() =>
                          void call('schedule.set', { instanceId: machine.id, isOn: true }).catch((thrown: unknown) =>
                            showError('The schedule was not changed', thrown),
                          )
                        }
                      >
                        Copy every 2 min
                      </Button>
                    </li>
                  ))}
                </ul>
              </section>
            )}
          </div>
          <aside className="insp scroll" tabIndex={0} aria-label="While the room is closed, and who is told">
            {isTold ? (
              <>
                <AgentPart />
                <OutsidePart nowMs={nowMs} />
              </>
            ) : (
              <Reading what="Reading what runs outside" />
            )}
          </aside>
        </div>
      )}
    </div>
  );
}
