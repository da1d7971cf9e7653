import { compareStageKeys } from '../model/stages.ts';
import type { TrackedLine } from './log-tracker.ts';

export type AttemptStage = {
  readonly facilityId: string;
  readonly stageKey: string;
  readonly startedAt: string | null;
  /** Null while no line says that it ended. */
  endedAt: string | null;
  status: string | null;
};

export type AttemptFailure = {
  readonly facilityId: string;
  readonly stageKey: string;
  readonly detail: string;
  readonly at: string | null;
};

/** One start of `run-all` as its log tells it. Times are the log's (taken as UTC). */
export type AttemptFacts = {
  readonly logPath: string | null;
  readonly mode: 'fresh' | 'resume' | 'unknown';
  /** Time of the first line. */
  readonly firstLineAt: string | null;
  /** Time of the first facility line: nearest to the pipeline's own start; the first line otherwise. */
  readonly startedAt: string | null;
  readonly lastLineAt: string | null;
  /** True once the "Pipeline complete" line was written. */
  readonly hasEnd: boolean;
  readonly firstFailureKey: string | null;
  readonly stages: readonly AttemptStage[];
  readonly reused: readonly { readonly facilityId: string; readonly stageKey: string }[];
  readonly failures: readonly AttemptFailure[];
  readonly budget: { readonly spendUsd: number; readonly capUsd: number } | null;
  readonly isRateMissing: boolean;
  readonly shutdowns: readonly string[];
  readonly usedBuiltinPrompts: boolean;
  readonly isDryRun: boolean;
  readonly noCrossSite: boolean;
};

type Draft = { -readonly [K in keyof AttemptFacts]: AttemptFacts[K] } & {
  stages: AttemptStage[];
  reused: { facilityId: string; stageKey: string }[];
  failures: AttemptFailure[];
  shutdowns: string[];
  facilities: Set<string>;
  hasEvents: boolean;
};

function newDraft(logPath: string | null): Draft {
  return {
    logPath,
    mode: 'unknown',
    firstLineAt: null,
    startedAt: null,
    lastLineAt: null,
    hasEnd: false,
    firstFailureKey: null,
    stages: [],
    reused: [],
    failures: [],
    budget: null,
    isRateMissing: false,
    shutdowns: [],
    usedBuiltinPrompts: false,
    isDryRun: false,
    noCrossSite: false,
    facilities: new Set(),
    hasEvents: false,
  };
}

/**
 * Finds the attempts in one log. Operators append to a log, so a file may hold several: a new one begins after
 * an end line, when a facility comes round again, or when a stage starts that lies before the one last started
 * (S4 after S3d is the refresh's own second evaluation, not a new attempt).
 */
export function createAttemptReader(logPath: string | null): {
  readonly take: (tracked: TrackedLine) => void;
  readonly finish: () => readonly AttemptFacts[];
} {
  const finished: AttemptFacts[] = [];
  let draft = newDraft(logPath);
  let facilityId = '';

  function close(): void {
    if (draft.hasEvents) finished.push(toFacts(draft));
    draft = newDraft(logPath);
    facilityId = '';
  }

  function take({ line, event }: TrackedLine): void {
    if (event !== null && beginsAnew(draft, event, facilityId)) close();
    if (line.logger !== '' && line.at !== null) {
      draft.firstLineAt ??= line.at;
      draft.lastLineAt = line.at;
    }
    if (event === null) return;
    draft.hasEvents = true;
    switch (event.kind) {
      case 'facility':
        facilityId = event.facilityId;
        draft.facilities.add(facilityId);
        draft.startedAt ??= line.at;
        return;
      case 'start':
        draft.stages.push({ facilityId, stageKey: event.stageKey, startedAt: line.at, endedAt: null, status: null });
        return;
      case 'done':
        endStage(draft, event.stageKey, event.status, line.at);
        return;
      case 'raised':
        endStage(draft, event.stageKey, 'failed', line.at);
        addFailure(draft, { facilityId, stageKey: event.stageKey, detail: event.detail, at: line.at });
        return;
      case 'failed':
        addFailure(draft, {
          facilityId: event.facilityId,
          stageKey: event.stageKey,
          detail: event.detail,
          at: line.at,
        });
        return;
      case 'abort':
        draft.firstFailureKey = `${event.facilityId}/${event.stageKey}`;
        return;
      case 'reused':
        draft.reused.push({ facilityId: event.facilityId, stageKey: event.stageKey });
        return;
      case 'dry_run':
        draft.isDryRun = true;
        return;
      case 'budget':
        draft.budget = { spendUsd: event.spendUsd, capUsd: event.capUsd };
        return;
      case 'no_rate':
        draft.isRateMissing = true;
        return;
      case 'shutdown':
        draft.shutdowns.push(line.text);
        return;
      case 'builtin_prompts':
        draft.usedBuiltinPrompts = true;
        return;
      case 'no_cross_site':
        draft.noCrossSite = true;
        return;
      case 'end':
        draft.hasEnd = true;
        return;
      case 'boost':
      case 'hook':
        return;
    }
  }

  return {
    take,
    finish: () => {
      close();
      return finished;
    },
  };
}

function beginsAnew(draft: Draft, event: NonNullable<TrackedLine['event']>, facilityId: string): boolean {
  if (!draft.hasEvents) return false;
  // Only these open an attempt; a hook or shutdown line after the end still belongs to the one that ended.
  if (event.kind !== 'facility' && event.kind !== 'start' && event.kind !== 'reused' && event.kind !== 'boost')
    return false;
  if (draft.hasEnd) return true;
  if (event.kind === 'facility') return draft.facilities.has(event.facilityId);
  if (event.kind !== 'start') return false;
  const last = draft.stages.findLast((stage) => stage.facilityId === facilityId);
  if (last === undefined) return false;
  if (event.stageKey === 's4_policy_eval' && last.stageKey === 's3d_wm_refresh_loop') return false;
  return compareStageKeys(event.stageKey, last.stageKey) < 0 || event.stageKey === last.stageKey;
}

function endStage(draft: Draft, stageKey: string, status: string, at: string | null): void {
  const open = draft.stages.findLast(
    (stage) => stage.stageKey === stageKey && stage.endedAt === null && stage.status === null,
  );
  if (open === undefined) return;
  open.endedAt = at;
  open.status = status;
}

/** A stage that raises is reported twice, by the stage and by the pipeline: the pair is one failure. */
function addFailure(draft: Draft, failure: AttemptFailure): void {
  const known = draft.failures.findIndex(
    (other) =>
      other.stageKey === failure.stageKey && (other.facilityId === failure.facilityId || other.facilityId === ''),
  );
  if (known < 0) draft.failures.push(failure);
}

function toFacts(draft: Draft): AttemptFacts {
  const { facilities: _facilities, hasEvents: _hasEvents, ...facts } = draft;
  return { ...facts, mode: modeOf(draft), startedAt: draft.startedAt ?? draft.firstLineAt };
}

/**
 * A resume names each result it reuses. An attempt that starts a late stage without naming any was quieted or
 * cut at the front: its mode is unknown.
 */
function modeOf(draft: Draft): AttemptFacts['mode'] {
  if (draft.reused.length > 0) return 'resume';
  const first = draft.stages[0];
  if (first === undefined) return 'unknown';
  return compareStageKeys(first.stageKey, 's1_render') <= 0 ? 'fresh' : 'unknown';
}
