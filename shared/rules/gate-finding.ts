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

/** Makes the findings of one gate; `source` is where the value was read, relative to the run folder. */
export function gateMaker(
  facts: GateFacts,
  gate: GateName,
): {
  readonly found: (state: 'passed' | 'failed' | 'unknown', measured: string, source: string) => GateFinding;
  readonly open: (measured: string, source: string) => GateFinding;
  readonly off: (measured: string, source: string) => GateFinding;
} {
  const base = { ...gate, facilityId: facts.facilityId };
  return {
    found: (state, measured, source) => ({ ...base, state, measured, source, counts: true }),
    open: (measured, source) => ({ ...base, state: 'not_measured', measured, source, counts: true }),
    off: (measured, source) => ({ ...base, state: 'not_measured', measured, source, counts: false }),
  };
}

/**
 * The stage when its gate can be judged; otherwise the finding that says why not. A stage that the run never
 * reached leaves its gate open, one that was skipped or deferred by the configuration takes it off the list.
 */
export function stageOrFinding(
  facts: GateFacts,
  gate: GateName,
): { readonly stage: Stage } | { readonly finding: GateFinding } {
  const stage = facts.stages.find((item) => item.key === gate.stageKey && item.facilityId === facts.facilityId);
  const make = gateMaker(facts, gate);
  if (stage === undefined) return { finding: make.open('No result', gate.stageKey) };
  const source = stage.resultPath ?? gate.stageKey;
  switch (stage.status) {
    case 'success':
    case 'failed':
      return { stage };
    case 'skipped':
    case 'deferred':
      return { finding: make.off(`${stage.short} ${stage.status}`, source) };
    case 'running':
      return { finding: make.open(`${stage.short} is running`, source) };
    case 'cut_off':
      return { finding: make.open(`${stage.short} was cut off`, source) };
    case 'not_reached':
      return { finding: make.open(`${stage.short} was not reached`, source) };
    case 'unknown':
      return { finding: make.found('unknown', `${stage.short} could not be read`, source) };
  }
}

/** A number as the screens say it: at most three decimals, a real minus. */
export function say(value: number, decimals = 3): string {
  return String(Number(value.toFixed(decimals))).replace('-', '−');
}
