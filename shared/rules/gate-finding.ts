import type { Prompt, Stage } from '../model/run.ts';
import type { Gate } from '../model/verdict.ts';
import type { Loose } from './loose.ts';

/** What the gates of one facility are judged from. A null manifest is missing or could not be read. */
export type GateFacts = {
  readonly facilityId: string;
  readonly stages: readonly Stage[];
  readonly renderManifest: Loose | null;
  readonly compositedManifest: Loose | null;
  readonly enrichedManifest: Loose | null;
  readonly fidelity: Loose | null;
  readonly spatial: Loose | null;
  readonly prompts: readonly Prompt[];
};

/**
 * A gate with whether it counts in "n of m": a gate that was switched off, belongs to a skipped stage, or has no
 * limit to hold against is listed and not counted.
 */
export type GateFinding = Gate & { readonly counts: boolean };

type GateName = { readonly key: string; readonly name: string; readonly stageKey: string };

type GateMaker = {
  readonly found: (state: 'passed' | 'failed' | 'unknown', measured: string, source?: string) => GateFinding;
  readonly open: (measured: string, source?: string) => GateFinding;
  readonly off: (measured: string, source?: string) => GateFinding;
};

/** A stage whose gate can be judged; `make` names the stage's result as the source unless told otherwise. */
type Judged = { readonly facts: GateFacts; readonly stage: Stage; readonly make: GateMaker };

/** A row of a table of gates. */
export type GateRule = GateName & {
  /** What is said whatever became of the stage; null leaves it to the stage. */
  readonly first?: (facts: GateFacts, make: GateMaker) => GateFinding | null;
  /** Null when the run has no such gate. */
  readonly judge: (at: Judged) => GateFinding | null;
  /** Not listed while its stage can not be judged. */
  readonly isRare?: boolean;
};

/** The findings of a table of gates for one facility, in the order of the table. */
export function judgeGates(rules: readonly GateRule[], facts: GateFacts): GateFinding[] {
  return rules.flatMap((rule) => judgeGate(rule, facts) ?? []);
}

function judgeGate(rule: GateRule, facts: GateFacts): GateFinding | null {
  const stage = facts.stages.find((item) => item.key === rule.stageKey && item.facilityId === facts.facilityId);
  const make = gateMaker(facts.facilityId, rule, stage?.resultPath ?? rule.stageKey);
  const first = rule.first?.(facts, make) ?? null;
  if (first !== null) return first;
  const because = stage === undefined ? make.open('No result') : notJudged(stage, make);
  if (stage !== undefined && because === null) return rule.judge({ facts, stage, make });
  return rule.isRare === true ? null : because;
}

/** A source is where a value was read, relative to the run folder. */
function gateMaker(facilityId: string, { key, name, stageKey }: GateName, from: string): GateMaker {
  const base = { key, name, stageKey, facilityId };
  return {
    found: (state, measured, source = from) => ({ ...base, state, measured, source, counts: true }),
    open: (measured, source = from) => ({ ...base, state: 'not_measured', measured, source, counts: true }),
    off: (measured, source = from) => ({ ...base, state: 'not_measured', measured, source, counts: false }),
  };
}

/**
 * Null when the gate of a stage can be judged; otherwise the finding that says why not. A stage that the run never
 * reached leaves its gate open, one that was skipped or deferred by the configuration takes it off the list.
 */
function notJudged(stage: Stage, make: GateMaker): GateFinding | null {
  switch (stage.status) {
    case 'success':
    case 'failed':
      return null;
    case 'skipped':
    case 'deferred':
      return make.off(`${stage.short} ${stage.status}`);
    case 'running':
      return make.open(`${stage.short} is running`);
    case 'cut_off':
      return make.open(`${stage.short} was cut off`);
    case 'not_reached':
      return make.open(`${stage.short} was not reached`);
    case 'unknown':
      return make.found('unknown', `${stage.short} could not be read`);
  }
}

/** A number as the screens say it: at most three decimals, a real minus. */
export function say(value: number, decimals = 3): string {
  return String(Number(value.toFixed(decimals))).replace('-', '−');
}
