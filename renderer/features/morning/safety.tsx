import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { importResultSchema } from '#shared/contract/runs.ts';
import type { Job } from '#shared/model/job.ts';
import { wasteOf } from '#shared/rules/fleet-attention.ts';
import { useRoomQuery } from '../../client/hooks.ts';
import { formatHours, formatPerHour, snapshotsReading, staleReason, useFleet, useSnapshots } from '../fleet/index.ts';
import { addressOf } from '../../shell/links.ts';
import { formatAgo, formatCount, formatMoment, formatMoney, plural } from '../../ui/format.ts';
import { StateMark, type StateShape } from '../../ui/state-mark.tsx';
import { useNow } from '../../ui/use-now.ts';

/** The history is copied when the room opens, at most once a day: two days without one is late. */
const backupLateMs = 48 * 3_600_000;
const dataAddress = `${addressOf.settings}#data`;

type Answer = { readonly shape: StateShape; readonly word: string; readonly because: string };

const reading: Answer = { shape: 'waiting', word: 'Reading', because: '' };
const notRead = (message: string): Answer => ({ shape: 'unknown', word: 'Unknown', because: message });

function Fact({
  label,
  answer,
  href,
}: {
  readonly label: string;
  readonly answer: Answer;
  /** Left out where there is nothing to go to yet. */
  readonly href?: string;
}): ReactNode {
  const content = (
    <>
      <span className="k">{label}</span>
      <StateMark shape={answer.shape} word={answer.word} />
      <span className="why tn">{answer.because}</span>
    </>
  );
  return href === undefined ? (
    <div className="fact">{content}</div>
  ) : (
    <Link href={href} className="fact" title={answer.because}>
      {content}
    </Link>
  );
}

/** What the fleet burns now; without a list, why there is none. */
function useBurn(nowMs: number): Answer {
  const { view, error, rows, series, budget } = useFleet();
  if (view === null) {
    if (error === null) return reading;
    return error.code === 'key_missing'
      ? { shape: 'off', word: 'No Vast key', because: error.hint ?? error.message }
      : notRead(error.message);
  }
  const rate = view.burnRatePerHourUsd;
  if (rate === null) return notRead('the rate of a machine is not known');
  if (view.stale)
    return {
      shape: 'unknown',
      word: `${formatPerHour(rate)} at ${formatMoment(view.observedAt, nowMs)}`,
      because: `Last known. ${staleReason(view)}`,
    };
  const waste = wasteOf(rows);
  const forNothing = waste.idlePerHourUsd + waste.strayPerHourUsd;
  const today =
    series === null
      ? ''
      : `, ${series.today.isLowerBound ? 'at least ' : ''}${formatMoney(series.today.spentUsd)} today${budget === null ? '' : budget.capUsd === null ? ', cap OFF' : ` of ${formatMoney(budget.capUsd)}`}`;
  const credit =
    view.creditUsd === null
      ? ''
      : `, credit ${formatMoney(view.creditUsd)}${view.creditHoursLeft === null ? '' : ` for ${formatHours(view.creditHoursLeft)}`}`;
  return {
    shape: waste.strayPerHourUsd > 0 ? 'fail' : forNothing > 0 ? 'warn' : rate > 0 ? 'running' : 'off',
    word: formatPerHour(rate),
    because: `${forNothing > 0 ? `${formatPerHour(forNothing)} of it for nothing, ` : ''}${plural(view.items.length, 'machine')}${today}${credit}, ${formatAgo(Date.parse(view.observedAt), nowMs)}`,
  };
}

/** Copies of the machines that are rented now. */
function useCopies(nowMs: number): Answer {
  const { view, error } = useFleet();
  const copies = useSnapshots();
  if (view === null) {
    if (error === null) return reading;
    return error.code === 'key_missing'
      ? { shape: 'off', word: 'None', because: 'No machine is read without a key' }
      : notRead(error.message);
  }
  if (view.items.length === 0) return { shape: 'off', word: 'None needed', because: 'No machine is rented' };
  return snapshotsReading(
    copies,
    view.items.map(({ id }) => id),
    nowMs,
  );
}

/** Folders are looked for when the room starts and after every import: the later of the two is the age. */
function useFiles(lastImport: Job | null | undefined, nowMs: number): Answer {
  const startedAt = useRoomQuery('room.info', {}).data?.startedAt;
  const missing = useRoomQuery('runs.list', { filesMissing: true, limit: 1 });
  if (missing.data === undefined) return missing.error === null ? reading : notRead(missing.error.message);
  const { matchCount, totalCount } = missing.data;
  const lookedAt = [startedAt, lastImport?.finishedAt].flatMap((at) =>
    typeof at === 'string' ? [Date.parse(at)] : [],
  );
  const age = lookedAt.length === 0 ? '' : `, looked for ${formatAgo(Math.max(...lookedAt), nowMs)}`;
  if (matchCount === 0)
    return {
      shape: 'ok',
      word: 'All there',
      because: `${formatCount(totalCount)} of ${plural(totalCount, 'run')}${age}`,
    };
  return {
    shape: 'warn',
    word: `${plural(matchCount, 'run')} missing`,
    because: `No folder of ${matchCount === 1 ? 'it' : 'them'} was reached${age}`,
  };
}

function useBackup(nowMs: number): Answer {
  const room = useRoomQuery('room.info', {});
  if (room.data === undefined) return room.error === null ? reading : notRead(room.error.message);
  const at = room.data.database.lastBackupAt;
  if (at === null)
    return {
      shape: 'off',
      word: 'None yet',
      because: 'Copied when the room next opens; decisions lie in segments too',
    };
  const atMs = Date.parse(at);
  const isLate = nowMs - atMs > backupLateMs;
  return {
    shape: isLate ? 'warn' : 'ok',
    word: isLate ? 'Late' : 'Backed up',
    because: `${formatAgo(atMs, nowMs)}${isLate ? '; made when the room opens' : ''}`,
  };
}

function useChain(nowMs: number): Answer {
  const proof = useRoomQuery('decisions.verify', {});
  if (proof.data === undefined) return proof.error === null ? reading : notRead(proof.error.message);
  const { state, devices } = proof.data;
  const eventCount = devices.reduce((sum, device) => sum + device.eventCount, 0);
  const age = formatAgo(proof.dataUpdatedAt, nowMs);
  const fault = devices.find((device) => device.fault !== null)?.fault ?? null;
  switch (state) {
    case 'verified':
      return eventCount === 0
        ? { shape: 'off', word: 'None yet', because: `No decision was recorded; read ${age}` }
        : {
            shape: 'ok',
            word: 'Verified',
            because: `${plural(eventCount, 'event')}, ${plural(devices.length, 'device')}, read back ${age}`,
          };
    case 'broken':
      return { shape: 'fail', word: 'Broken', because: fault ?? 'The chain does not hold' };
    case 'could_not_tell':
      return { shape: 'unknown', word: 'Could not tell', because: fault ?? 'The segments could not be read back' };
  }
}

function importAnswer(job: Job | null, nowMs: number): Answer {
  if (job === null) return { shape: 'off', word: 'None yet', because: 'No import has ended' };
  const age = formatAgo(Date.parse(job.finishedAt ?? job.createdAt), nowMs);
  if (job.state !== 'succeeded')
    return { shape: 'fail', word: 'Ended early', because: `${age}. ${job.error?.message ?? 'It left no result'}` };
  const result = importResultSchema.safeParse(job.result);
  if (!result.success) return notRead('Its result can not be read by this version');
  const { problems, runs } = result.data;
  return problems.length === 0
    ? { shape: 'ok', word: 'Every file read', because: `${plural(runs.length, 'run')}, ${age}` }
    : {
        shape: 'warn',
        word: plural(problems.length, 'problem'),
        because: `${plural(runs.length, 'run')} read all the same, ${age}`,
      };
}

/** What burns, and whether the work is safe: six facts, each in its place, each with what proves it. */
export function MoneyAndSafety({
  lastImport,
}: {
  /** The newest import that ended; null when there is none, undefined while that is read. */
  readonly lastImport: Job | null | undefined;
}): ReactNode {
  const nowMs = useNow();
  const files = useFiles(lastImport, nowMs);
  const backup = useBackup(nowMs);
  const chain = useChain(nowMs);
  const burn = useBurn(nowMs);
  const snapshots = useCopies(nowMs);
  return (
    <div className="sixfacts">
      <section aria-label="Burns money now">
        <h2>Burns money now</h2>
        <div className="facts">
          <Fact label="Burn rate" answer={burn} href={addressOf.fleet} />
        </div>
      </section>
      <section aria-label="Is the work safe">
        <h2>Is the work safe</h2>
        <div className="facts">
          <Fact label="Snapshots of machines" answer={snapshots} href={addressOf.fleet} />
          <Fact label="Files of runs" answer={files} href={addressOf.runs} />
          <Fact
            label="Last import"
            answer={lastImport === undefined ? reading : importAnswer(lastImport, nowMs)}
            href={lastImport === null || lastImport === undefined ? addressOf.jobs : addressOf.job(lastImport.id)}
          />
          <Fact label="Copy of the history" answer={backup} href={dataAddress} />
          <Fact label="Chain of decisions" answer={chain} href={dataAddress} />
        </div>
      </section>
    </div>
  );
}
