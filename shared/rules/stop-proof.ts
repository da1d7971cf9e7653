/** One look at the API while a stop is being proved. */
export type StopRead = {
  /** When the answer came, ISO. */
  readonly at: string;
  /** The key was accepted: the answer is about the machine and not about who asked. */
  readonly isAuthorised: boolean;
  readonly outcome:
    | { readonly kind: 'status'; readonly intendedStatus: string | null; readonly actualStatus: string | null }
    /** HTTP 404 with the code `no_such_instance`, nothing else. */
    | { readonly kind: 'no_such_instance' }
    /** No answer, a refusal, or one that does not parse; `why` is a sentence. */
    | { readonly kind: 'failed'; readonly why: string };
};

export type StopContext = {
  /** When the stop was asked for, ISO; reads before it do not count. */
  readonly askedAt?: string;
  readonly now?: string;
  /** How long a stop that was accepted may take before it is called undone. Default: 2 minutes. */
  readonly patienceMs?: number;
};

export type StopVerdict = 'stopped' | 'not_yet' | 'still_billed' | 'could_not_tell';

export type StopProof = {
  readonly verdict: StopVerdict;
  readonly because: string;
  /** When the machine was proved stopped, ISO; null otherwise. */
  readonly provedAt: string | null;
};

/** Two reads closer than this can be one stale answer. */
const apartMs = 10_000;
const defaultPatienceMs = 120_000;

/**
 * Is it stopped? Yes after two authorised reads at least 10 s apart, both with intended status stopped and
 * actual status stopped or exited and nothing else seen since the first of them, or after an authorised
 * `no_such_instance`. A machine that exited and is still meant to run is not stopped: it was outbid or it
 * crashed, and it bills again by itself. A read that failed proves nothing, in either direction. Source: the
 * provider answers "success" when it accepts a stop, not when it is done; see the table of states.
 */
export function proveStop(reads: readonly StopRead[], context: StopContext = {}): StopProof {
  const askedMs = context.askedAt === undefined ? -Infinity : Date.parse(context.askedAt);
  const ordered = reads
    .map((read) => ({ ...read, ms: Date.parse(read.at) }))
    .filter(({ ms }) => ms >= askedMs)
    .toSorted((a, b) => a.ms - b.ms);
  let firstDown: number | null = null;
  let provedAt: string | null = null;
  for (const read of ordered) {
    const told = whatItTells(read);
    if (told === 'nothing') continue;
    if (told === 'gone') provedAt = read.at;
    else if (told === 'down') {
      firstDown ??= read.ms;
      if (read.ms - firstDown >= apartMs) provedAt ??= read.at;
    } else {
      firstDown = null;
      provedAt = null;
    }
  }
  const last = ordered.at(-1);
  if (provedAt !== null) {
    const isGone = ordered.some((read) => read.at === provedAt && whatItTells(read) === 'gone');
    return {
      verdict: 'stopped',
      because: isGone
        ? 'The provider says that there is no such machine any more.'
        : 'Stopped: two reads at least 10 seconds apart say so. Its storage is still billed.',
      provedAt,
    };
  }
  if (last === undefined) return open('could_not_tell', 'Nothing was read since the stop was asked for.');
  return judgeLast(last, isLate(context));
}

function judgeLast({ isAuthorised, outcome }: StopRead, late: boolean): StopProof {
  if (outcome.kind === 'failed')
    return open('could_not_tell', `It could not be read whether it stopped: ${outcome.why} Count it as billed.`);
  if (!isAuthorised)
    return open(
      'could_not_tell',
      'The key was not accepted, so the answer says nothing about the machine. Count it as billed.',
    );
  if (outcome.kind === 'no_such_instance') return open('not_yet', 'The provider says that there is no such machine.');
  const actual = word(outcome.actualStatus);
  const intended = word(outcome.intendedStatus);
  const isDown = downWords.has(actual);
  if (actual === 'offline' || actual === 'unknown')
    return open('could_not_tell', `Its host is ${actual}: what the container does is not known. Count it as billed.`);
  if (!downWords.has(intended)) {
    const meant = intended === '' ? 'nobody tells what it is meant to do' : `it is still meant to be ${intended}`;
    return open(
      'still_billed',
      isDown
        ? `Its container is ${actual}, but ${meant}: it was outbid or it crashed, and it runs and bills again by itself.`
        : `The stop was not taken: ${meant}. It is still billed.`,
    );
  }
  if (isDown) return open('not_yet', 'One read says stopped; a second one at least 10 seconds later has to agree.');
  const seen = actual === '' ? 'not reported' : actual;
  if (late)
    return open('still_billed', `The stop was accepted and is not done: its container is ${seen}. It is still billed.`);
  return open('not_yet', `The stop was accepted; its container is ${seen}, and billed until it is down.`);
}

const open = (verdict: StopVerdict, because: string): StopProof => ({ verdict, because, provedAt: null });

const downWords: ReadonlySet<string> = new Set(['stopped', 'exited']);
const word = (value: string | null): string => (value ?? '').trim().toLowerCase();

/** `up` is everything that was read and is not down, whatever it is called. */
function whatItTells({ isAuthorised, outcome }: StopRead): 'down' | 'gone' | 'up' | 'nothing' {
  if (!isAuthorised || outcome.kind === 'failed') return 'nothing';
  if (outcome.kind === 'no_such_instance') return 'gone';
  return downWords.has(word(outcome.intendedStatus)) && downWords.has(word(outcome.actualStatus)) ? 'down' : 'up';
}

function isLate({ askedAt, now, patienceMs }: StopContext): boolean {
  if (askedAt === undefined || now === undefined) return false;
  return Date.parse(now) - Date.parse(askedAt) >= (patienceMs ?? defaultPatienceMs);
}

/** What a knock on the machine's SSH door gave, with its pinned host key. */
export type SshProbe = {
  readonly at: string;
  /** `unknown_key`: somebody answers, and no host key of the machine is on record to compare with. */
  readonly answer: 'our_key' | 'other_key' | 'unknown_key' | 'no_answer' | 'not_tried';
};

export type SshFact = {
  readonly state: 'silent' | 'answers' | 'other_machine' | 'unknown';
  readonly at: string | null;
  readonly words: string;
};

/** A fact beside the proof, never a part of it: silence can be a network, and an answer a proxy. */
export function sshFactOf(probes: readonly SshProbe[]): SshFact {
  const last = probes
    .filter(({ answer }) => answer !== 'not_tried')
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .at(-1);
  if (last === undefined) return { state: 'unknown', at: null, words: 'SSH was not tried.' };
  switch (last.answer) {
    case 'our_key':
      return { state: 'answers', at: last.at, words: 'SSH still answers with the host key of this machine.' };
    case 'other_key':
      return {
        state: 'other_machine',
        at: last.at,
        words: 'SSH answers with another host key: it may be another machine at the same address.',
      };
    case 'unknown_key':
      return {
        state: 'unknown',
        at: last.at,
        words: 'Somebody answers over SSH, and no host key of this machine is on record to compare with.',
      };
    case 'no_answer':
      return { state: 'silent', at: last.at, words: 'Nobody answers over SSH.' };
    case 'not_tried':
      return { state: 'unknown', at: null, words: 'SSH was not tried.' };
  }
}

/** The GPU's charges of this machine so far, as the API tells them; null when they could not be read. */
export type ChargeRead = { readonly at: string; readonly gpuChargedUsd: number | null };

export type BillingFact = {
  readonly state: 'flat' | 'growing' | 'unknown';
  readonly at: string | null;
  readonly words: string;
};

/** Rounding in the last digits is not a charge. */
const roundingUsd = 0.000_05;

/**
 * Did the GPU's charges grow between the last two reads after the stop? Storage goes on either way.
 * @param reads only those after the stop was proved: the last charge before it may come late
 */
export function billingFactOf(reads: readonly ChargeRead[]): BillingFact {
  const known = reads
    .flatMap(({ at, gpuChargedUsd }) =>
      gpuChargedUsd === null || !Number.isFinite(gpuChargedUsd) ? [] : [{ at, usd: gpuChargedUsd }],
    )
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const last = known.at(-1);
  const before = known.at(-2);
  if (last === undefined || before === undefined || Date.parse(last.at) - Date.parse(before.at) < apartMs)
    return { state: 'unknown', at: null, words: 'Whether the GPU is still charged was not read twice.' };
  const grownUsd = last.usd - before.usd;
  return grownUsd > roundingUsd
    ? {
        state: 'growing',
        at: last.at,
        words: `The GPU is still charged: $${grownUsd.toFixed(4)} more between two reads.`,
      }
    : {
        state: 'flat',
        at: last.at,
        words: 'No new GPU charge between two reads. Storage is charged until it is destroyed.',
      };
}
