import type { GuardReason, GuardSettings } from '../model/guard.ts';
import type { InstancePhase } from '../model/instance.ts';
import type { BudgetReading } from './budget.ts';

/** What the daemon on the machine said when it was last asked. */
export type LeaseBeat = {
  readonly readAt: string;
  /** Its loop looked around within the last five minutes. */
  readonly isAlive: boolean;
  /** What goes on there; empty when nothing does. */
  readonly busy: string;
  /** How long nothing went on, by the uptime of the machine; null when it did not say. */
  readonly quietSeconds: number | null;
};

/** Evidence about the run of a machine: its process and its log. */
export type WorkFacts = {
  /** `ended`: the process is gone and the log says how it ended. Everything less is `unknown`. */
  readonly state: 'alive' | 'ended' | 'unknown';
  readonly at: string;
  readonly because: string;
};

export type GuardBudget = {
  readonly scope: 'machine' | 'fleet';
  readonly capUsd: number | null;
  readonly reading: Pick<BudgetReading, 'state' | 'words' | 'mustStop' | 'hoursToStop'>;
};

export type GuardFacts = {
  readonly now: string;
  readonly settings: GuardSettings;
  /** The deadline has stopped this machine once: it has to be set anew. */
  readonly isDeadlineSpent: boolean;
  readonly phase: InstancePhase;
  readonly lease: LeaseBeat | null;
  /** When the API last showed a busy GPU; null when it never did. */
  readonly gpuBusyAt: string | null;
  readonly work: WorkFacts | null;
  readonly budgets: readonly GuardBudget[];
};

export type GuardWarning = {
  /** The same for the same warning: it is given once. */
  readonly key: string;
  readonly words: string;
};

export type GuardDecision = {
  readonly stop: { readonly reason: GuardReason; readonly because: string } | null;
  readonly warnings: readonly GuardWarning[];
  /** What is armed and can not be told right now: it stops nothing. */
  readonly couldNotTell: readonly string[];
};

/** What was read longer ago says nothing about now. The lease is read every few minutes. */
const freshMs = 10 * 60_000;
const deadlineWarningMinutes = [30, 5] as const;
const idleWarningMinutes = 5;

/**
 * Stop now, warn, or nothing. A deadline and a budget hold by what is known here; idle and finished need
 * evidence from the machine, and what can not be told never counts as either. Source: the pipeline is silent
 * for half an hour at a time, so neither a quiet log nor the API's GPU figure alone means that it is over.
 */
export function decideGuard(facts: GuardFacts): GuardDecision {
  const { settings, phase } = facts;
  // Down by request, or on its way out: there is nothing to stop.
  if (phase === 'stopped' || phase === 'destroying') return { stop: null, warnings: [], couldNotTell: [] };
  const deadline = judgeDeadline(facts);
  const budget = judgeBudgets(facts.budgets);
  const finished = settings.stopWhenFinished ? judgeFinished(facts) : nothing;
  const idle = settings.idleMinutes === null ? nothing : judgeIdle(facts, settings.idleMinutes);
  const parts = [deadline, budget, finished, idle];
  return {
    stop: parts.find((part) => part.stop !== null)?.stop ?? null,
    warnings: parts.flatMap((part) => part.warnings),
    couldNotTell: parts.flatMap((part) => part.couldNotTell),
  };
}

const nothing: GuardDecision = { stop: null, warnings: [], couldNotTell: [] };
const stopFor = (reason: GuardReason, because: string): GuardDecision => ({ ...nothing, stop: { reason, because } });
const unknown = (words: string): GuardDecision => ({ ...nothing, couldNotTell: [words] });

function judgeDeadline({ now, settings, isDeadlineSpent }: GuardFacts): GuardDecision {
  const { deadlineAt } = settings;
  if (deadlineAt === null || isDeadlineSpent) return nothing;
  const leftMs = Date.parse(deadlineAt) - Date.parse(now);
  // A time that can not be read is no reason to run on.
  if (!(leftMs > 0)) return stopFor('deadline', `Its time was over at ${deadlineAt}.`);
  const due = deadlineWarningMinutes.filter((minutes) => leftMs <= minutes * 60_000).at(-1);
  if (due === undefined) return nothing;
  return {
    ...nothing,
    warnings: [
      {
        key: `deadline ${deadlineAt} ${due}`,
        words: `It is stopped at ${deadlineAt}, in ${Math.ceil(leftMs / 60_000)} min.`,
      },
    ],
  };
}

const warningShares = { warn_50: 50, warn_80: 80, warn_95: 95 } as const;

function judgeBudgets(budgets: readonly GuardBudget[]): GuardDecision {
  const held = budgets.filter(({ reading }) => reading.state !== 'off');
  const over = held.find(({ reading }) => reading.mustStop);
  return {
    stop:
      over === undefined
        ? null
        : { reason: 'budget', because: `${scopeWords[over.scope]} is used up. ${over.reading.words}` },
    warnings: held.flatMap(({ scope, capUsd, reading }) => {
      const { state } = reading;
      if (state !== 'warn_50' && state !== 'warn_80' && state !== 'warn_95') return [];
      const share = warningShares[state];
      return [
        {
          key: `budget ${scope} ${capUsd ?? ''} ${share}`,
          words: `${share} % of ${scopeWords[scope].toLowerCase()}. ${reading.words}`,
        },
      ];
    }),
    couldNotTell: held.flatMap(({ scope, reading }) =>
      reading.state === 'unknown' ? [`${scopeWords[scope]} can not be held for sure: ${reading.words}`] : [],
    ),
  };
}

const scopeWords = { machine: 'The budget of this machine', fleet: 'The budget of the fleet' } as const;

function judgeFinished({ now, work, lease }: GuardFacts): GuardDecision {
  if (work === null || !isFresh(work.at, now)) return unknown('Whether its run is over was not read.');
  if (work.state === 'alive') return nothing;
  if (work.state === 'unknown') return unknown(`Whether its run is over can not be told: ${work.because}`);
  const isStepAlive = lease !== null && isFresh(lease.readAt, now) && lease.isAlive && lease.busy === 'step';
  if (isStepAlive) return unknown('Its log says that the run is over, and a step is still alive there.');
  return stopFor('finished', `Its run is over. ${work.because}`);
}

function judgeIdle({ now, phase, lease, gpuBusyAt, work }: GuardFacts, idleMinutes: number): GuardDecision {
  // Waiting for a GPU, loading or cut off is not idling.
  if (phase !== 'running') return nothing;
  if (lease === null)
    return unknown(
      'Idle can not be told: the machine was not asked what goes on there, and the GPU figure of the API alone is not enough.',
    );
  if (!isFresh(lease.readAt, now))
    return unknown(`Idle can not be told: the machine was last asked at ${lease.readAt}.`);
  if (!lease.isAlive) return unknown('Idle can not be told: the watch on the machine does not run.');
  if (lease.busy !== '') return nothing;
  if (lease.quietSeconds === null) return unknown('Idle can not be told: the machine did not say since when.');
  if (work?.state === 'alive' && isFresh(work.at, now)) return nothing;
  const sinceGpuMs = gpuBusyAt === null ? Infinity : Date.parse(lease.readAt) - Date.parse(gpuBusyAt);
  const quietMinutes = Math.min(lease.quietSeconds, sinceGpuMs / 1000) / 60;
  if (quietMinutes >= idleMinutes)
    return stopFor(
      'idle',
      `Nothing went on there for ${Math.floor(quietMinutes)} min: no step alive, GPU under 5 %, no file and no network growth.`,
    );
  if (quietMinutes < idleMinutes - idleWarningMinutes || quietMinutes < idleMinutes / 2) return nothing;
  const since = new Date(Date.parse(lease.readAt) - quietMinutes * 60_000).toISOString().slice(0, 16);
  return {
    ...nothing,
    warnings: [
      {
        key: `idle ${since}`,
        words: `Nothing went on there for ${Math.floor(quietMinutes)} min; it is stopped after ${idleMinutes} min.`,
      },
    ],
  };
}

function isFresh(at: string, now: string): boolean {
  const ageMs = Date.parse(now) - Date.parse(at);
  return ageMs <= freshMs && ageMs >= -freshMs;
}
