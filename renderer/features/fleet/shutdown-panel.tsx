import { useState, type ReactNode } from 'react';
import { useRoomQuery } from '../../client/hooks.ts';
import { TextField } from '../../ui/field.tsx';
import { formatDuration, formatMoment } from '../../ui/format.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { useDebounced } from '../../ui/use-debounced.ts';
import { CommandCheck, commandMarks, DrillActions, LeaseActions, RoomGuardActions } from './guard-actions.tsx';
import type { FleetRow } from './use-fleet.ts';
import { guardReading } from './words.ts';

/** What a shutdown command would really do to the bill. */
function Classify(): ReactNode {
  const [command, setCommand] = useState('');
  const asked = useDebounced(command, 250);
  const answer = useRoomQuery(
    'shutdown.classify',
    { command: asked },
    { enabled: asked.trim() !== '', keepPrevious: true },
  );
  return (
    <div className="classify">
      <TextField
        id="shutdown-command"
        label="Would this command end the bill?"
        placeholder="BLUEPRINT_AUTO_SHUTDOWN_CMD"
        value={command}
        onValue={setCommand}
      />
      <p className="why" aria-live="polite">
        {asked.trim() === '' ? (
          'Paste the command that the pipeline runs at its end.'
        ) : answer.data === undefined ? (
          (answer.error?.message ?? 'Reading…')
        ) : (
          <>
            <StateMark {...commandMarks[answer.data.kind]} /> {answer.data.because}
          </>
        )}
      </p>
    </div>
  );
}

const leaseMarks = {
  armed: { shape: 'ok', word: 'Armed' },
  not_armed: { shape: 'off', word: 'Not armed' },
  needs_restart: { shape: 'warn', word: 'Needs a restart' },
  unknown: { shape: 'unknown', word: 'Unknown' },
} as const;
const drillMarks = {
  passed: { shape: 'ok', word: 'Passed' },
  failed: { shape: 'fail', word: 'Failed' },
  overridden: { shape: 'warn', word: 'Overridden' },
  never: { shape: 'off', word: 'Never made' },
} as const;

/** Both layers that stop the machine by itself, each with what is known of it. */
export function ShutdownPanel({ row, nowMs }: { readonly row: FleetRow; readonly nowMs: number }): ReactNode {
  const { item } = row;
  const { room, lease, drill } = item.guard;
  const whole = guardReading(item, nowMs);
  return (
    <section className="panel" aria-label="Auto-shutdown">
      <h2>
        Auto-shutdown
        <span className="src">
          <StateMark shape={whole.shape} word={whole.word} />
        </span>
      </h2>
      <p className="why">{item.guard.words}</p>
      <ul className="layers">
        <li>
          <span className="w5">Room guard</span>
          <StateMark shape={room.isArmed ? 'ok' : 'off'} word={room.isArmed ? 'Armed' : 'Not armed'} />
          <span className="why tn">
            {room.isArmed
              ? [
                  room.idleMinutes === null ? 'idle OFF' : `stops after ${room.idleMinutes} min idle`,
                  room.stopWhenFinished ? 'stops when the run is over' : 'goes on when the run is over',
                  room.deadlineAt === null ? 'deadline OFF' : `deadline ${formatMoment(room.deadlineAt, nowMs)}`,
                  room.policy === 'ask' ? 'asks when a copy fails' : 'stops even when a copy fails',
                ].join(', ')
              : 'This room does not stop it. It works while the room runs.'}
          </span>
          <RoomGuardActions row={row} />
        </li>
        <li>
          <span className="w5">Lease on the machine</span>
          <StateMark {...leaseMarks[lease.state]} />
          <span className="why tn">
            {lease.because}
            {lease.leaseLeftSeconds === null ? '' : ` ${formatDuration(lease.leaseLeftSeconds)} left.`}
            {lease.maxLeftSeconds === null ? '' : ` At most ${formatDuration(lease.maxLeftSeconds)} more.`}
          </span>
          <LeaseActions row={row} />
        </li>
        <li>
          <span className="w5">Fire drill</span>
          <StateMark {...drillMarks[drill.state]} />
          <span className="why tn">
            {drill.at === null ? '' : `${formatMoment(drill.at, nowMs)}. `}
            {drill.because}
          </span>
          <DrillActions row={row} />
        </li>
        <CommandCheck row={row} />
      </ul>
      <Classify />
    </section>
  );
}
