import type { Instance, InstancePhase } from '../model/instance.ts';

/** The part of an instance that says what it is doing. */
export type StatusFields = Pick<
  Instance,
  'intendedStatus' | 'actualStatus' | 'currentState' | 'nextState' | 'statusMessage' | 'isInterruptible'
>;

/** What this room knows besides; times are ISO, all may be left out. */
export type PhaseContext = {
  /** When this room last asked for a stop and has not asked for a start since. */
  readonly commandedStopAt?: string | null;
  /** When this room last asked for a start and has not asked for a stop since. */
  readonly commandedStartAt?: string | null;
  /** When the actual status was first seen as it is now. */
  readonly actualSince?: string | null;
  readonly now?: string;
};

export type PhaseReading = {
  readonly phase: InstancePhase;
  /** One sentence for people. */
  readonly because: string;
  /** The best known beginning of the phase, ISO; null when nothing tells. */
  readonly sinceHint: string | null;
};

/** A container that is down this long although it is wanted up is not just restarting. */
const restartPatienceMs = 120_000;

const knownActual = [
  'created',
  'loading',
  'running',
  'rebooting',
  'recycling',
  'restarting',
  'stopped',
  'exited',
  'frozen',
  'unknown',
  'offline',
  'destroying',
  'destroyed',
  'terminated',
] as const;
type Actual = (typeof knownActual)[number] | 'none' | 'other';
type Wanted = 'running' | 'stopped' | 'destroyed' | 'none' | 'other';
type Scheduler = 'running' | 'stopped' | 'none';

/**
 * What the four status fields say together. Source: the provider's documentation and command line
 * (`intended_status`, `actual_status`, `cur_state`, `next_state`); words are compared without case, null is
 * legal, a word nobody knows is `other` and never an error. A row that is missing is not decided here:
 * that takes a proven, authorised read.
 */
export function phaseOf(fields: StatusFields, context: PhaseContext = {}): PhaseReading {
  const { phase, because } = decide(fields, context);
  return { phase, because, sinceHint: sinceHint(phase, context) };
}

type Decision = { readonly phase: InstancePhase; readonly because: string };
const say = (phase: InstancePhase, because: string): Decision => ({ phase, because });

function decide(fields: StatusFields, context: PhaseContext): Decision {
  const actual = readActual(fields.actualStatus);
  const wanted = readWanted(fields.intendedStatus);
  if (wanted === 'destroyed') return say('destroying', 'It is being destroyed.');
  switch (actual) {
    case 'destroying':
    case 'destroyed':
    case 'terminated':
      return say('destroying', 'It is being destroyed.');
    case 'offline':
      return say('unreachable', 'The host has lost its link to the provider; what it does now is not known.');
    case 'unknown':
      return say('unreachable', 'The provider does not know what the host is doing.');
    case 'frozen':
      return say('frozen', 'Paused with its memory kept; the GPU is still held.');
    case 'other':
      return say('other', `The provider says "${word(fields.actualStatus)}", which this room does not know.`);
    default:
  }
  if (wanted === 'other')
    return say('other', `It is meant to be "${word(fields.intendedStatus)}", which this room does not know.`);
  switch (actual) {
    case 'rebooting':
    case 'recycling':
    case 'restarting':
      return wanted === 'stopped' ? stopping(context, actual) : say('restarting', `The container is ${actual}.`);
    case 'running':
      return whenRunning(fields, wanted, context);
    case 'loading':
      if (wanted === 'stopped') return stopping(context, actual);
      return say('loading', withMessage('The image is being pulled or the container is starting.', fields));
    case 'none':
      if (wanted === 'stopped') return stopping(context, 'not reported by its host');
      return say('creating', 'The contract exists; its host has not reported yet.');
    case 'created':
      return whenCreated(fields, wanted, context);
    case 'stopped':
    case 'exited':
      return whenDown(fields, wanted, context);
  }
}

function whenRunning(fields: StatusFields, wanted: Wanted, context: PhaseContext): Decision {
  if (wanted === 'stopped') return stopping(context, 'running');
  if (readScheduler(fields.nextState) === 'stopped')
    return say('stopping', 'The container runs and the provider has a stop queued for it.');
  return wanted === 'none'
    ? say('running', 'The container runs; whether it is meant to is not told.')
    : say('running', 'The container runs, as it is meant to.');
}

function whenCreated(fields: StatusFields, wanted: Wanted, context: PhaseContext): Decision {
  if (wanted === 'stopped') {
    return isIdleAtScheduler(fields)
      ? say('stopped', 'Created and not started, as it is meant to be.')
      : stopping(context, 'created');
  }
  if (tellsAnError(fields.statusMessage))
    return say('crashed', withMessage('The container could not be started.', fields));
  return say('creating', 'The container is created and not started yet.');
}

/** Actual status stopped or exited: by request, outbid, without credit, at the contract's end, or crashed. */
function whenDown(fields: StatusFields, wanted: Wanted, context: PhaseContext): Decision {
  const current = readScheduler(fields.currentState);
  const next = readScheduler(fields.nextState);
  const nobodyAsked = context.commandedStopAt == null && context.commandedStartAt == null;
  if (fields.isInterruptible && nobodyAsked && current !== 'running') {
    const resumes = 'It may run, and bill, again by itself.';
    return wanted === 'running'
      ? say('outbid', `Probably outbid: it is meant to run, and its GPU was taken. ${resumes}`)
      : say('outbid', `Probably outbid: nobody here asked for a stop. ${resumes}`);
  }
  switch (wanted) {
    case 'running':
      return whenDownButWanted(fields, current, next, context);
    case 'stopped':
      if (next === 'running') return say('scheduling', 'A start is queued; it waits for the GPU.');
      if (current === 'running') return stopping(context, word(fields.actualStatus));
      return say('stopped', 'The container is down, as it is meant to be. Its disk is kept.');
    case 'none':
    case 'other':
    case 'destroyed':
      return say('other', 'The container is down; whether it is meant to run is not told, so it may bill again.');
  }
}

function whenDownButWanted(fields: StatusFields, current: Scheduler, next: Scheduler, context: PhaseContext): Decision {
  if (current === 'stopped' && next !== 'stopped')
    return say(
      'scheduling',
      'A start was asked for; it waits for the GPU. Over 30 seconds usually mean that it is taken.',
    );
  const downForMs = age(context.actualSince, context.now);
  const isFresh = downForMs !== null && downForMs < restartPatienceMs;
  if (current === 'running' && isFresh && !tellsAnError(fields.statusMessage))
    return say('restarting', 'The container is down and meant to run: it is restarting, or it crashed.');
  return say(
    'crashed',
    withMessage('The container is down although it is meant to run. It may run, and bill, again by itself.', fields),
  );
}

function stopping(context: PhaseContext, seen: string): Decision {
  const who = context.commandedStopAt == null ? 'It is meant to be stopped' : 'This room asked for a stop';
  return say('stopping', `${who}; its container is still ${seen}.`);
}

const isIdleAtScheduler = (fields: StatusFields): boolean =>
  readScheduler(fields.currentState) !== 'running' && readScheduler(fields.nextState) !== 'running';

/** Words that the provider's status message carries when the container can not be brought up. */
const tellsAnError = (message: string | null): boolean =>
  message !== null &&
  /error|failed|denied|unable to|insufficient|no such image|not found|cannot|invalid/i.test(message) &&
  !/^success/i.test(message.trim());

const withMessage = (sentence: string, { statusMessage }: StatusFields): string => {
  const told = statusMessage?.trim() ?? '';
  return told === '' ? sentence : `${sentence} The provider says: ${told.slice(0, 200)}`;
};

const word = (value: string | null): string => (value ?? '').trim().toLowerCase();

function readActual(value: string | null): Actual {
  const read = word(value);
  return read === '' ? 'none' : (knownActual.find((each) => each === read) ?? 'other');
}

function readWanted(value: string | null): Wanted {
  switch (word(value)) {
    case '':
      return 'none';
    case 'running':
      return 'running';
    case 'stopped':
    case 'exited':
      return 'stopped';
    case 'destroyed':
    case 'destroying':
    case 'terminated':
      return 'destroyed';
    default:
      return 'other';
  }
}

function readScheduler(value: string | null): Scheduler {
  const read = word(value);
  if (read === 'running') return 'running';
  return read === 'stopped' || read === 'exited' ? 'stopped' : 'none';
}

function age(since: string | null | undefined, now: string | undefined): number | null {
  if (since == null || now === undefined) return null;
  const ms = Date.parse(now) - Date.parse(since);
  return Number.isFinite(ms) ? ms : null;
}

function sinceHint(phase: InstancePhase, context: PhaseContext): string | null {
  if (phase === 'stopping') return context.commandedStopAt ?? null;
  if (phase === 'scheduling') return context.commandedStartAt ?? context.actualSince ?? null;
  return context.actualSince ?? null;
}
