import type { RunDetail, Stage } from '../model/run.ts';
import { numberOf, objectOf, textOf, type Loose } from './loose.ts';
import { say } from './gate-finding.ts';
import { upliftOf } from './gates-evaluation.ts';
import { fidelityTraps, spatialTraps } from './score-validity.ts';

type Headline = RunDetail['headline'][number];

/** The numbers a run is spoken of by, with what to know before believing them. */
export function headlineOf(facts: {
  readonly facilityId: string;
  readonly isOnlyFacility: boolean;
  readonly stages: readonly Stage[];
  readonly enriched: Loose | null;
  readonly fidelity: Loose | null;
  readonly spatialScores: readonly Loose[];
}): Headline[] {
  const rows: Headline[] = [];
  const stageOf = (key: string): Stage | undefined =>
    facts.stages.find((stage) => stage.key === key && stage.facilityId === facts.facilityId);
  const add = (name: string, stage: Stage, value: number | string | null, note: string | null, decimals = 3): void => {
    if (value === null) return;
    const text = typeof value === 'number' ? say(value, decimals) : value;
    const stale = stage.staleBecause === null ? null : 'Older than a result before it.';
    rows.push({
      name: facts.isOnlyFacility ? name : `${facts.facilityId}: ${name}`,
      value: text,
      stageKey: stage.key,
      note: [note, stale].filter((part) => part !== null).join(' ') || null,
    });
  };
  const number = (stage: Stage, key: string): number | string | null => {
    const value = stage.metrics[key];
    return typeof value === 'number'
      ? value
      : typeof value === 'string' && /^-?(?:NaN|Infinity)$/.test(value)
        ? value
        : null;
  };

  const s2 = stageOf('s2_enrich');
  if (s2 !== undefined)
    add('Enriched clips', s2, number(s2, 'num_enriched_clips') ?? numberOf(facts.enriched, 'num_clips'), null, 0);
  const s3 = stageOf('s3_finetune');
  if (s3 !== undefined) add('Final loss', s3, number(s3, 'final_loss'), null, 4);
  const s4 = stageOf('s4_policy_eval');
  if (s4 !== undefined) {
    const scope = textOf(s4.metrics, 'headline_scope');
    const baselineCount = numberOf(s4.metrics, 'num_rollouts_baseline');
    const adaptedCount = numberOf(s4.metrics, 'num_rollouts_adapted');
    add(
      'Baseline task score',
      s4,
      number(s4, 'baseline_mean_task_score'),
      baselineCount === null ? null : `${baselineCount} rollouts.`,
    );
    add(
      'Adapted task score',
      s4,
      number(s4, 'adapted_mean_task_score'),
      adaptedCount === null ? null : `${adaptedCount} rollouts.`,
    );
    add('Difference', s4, upliftOf(s4.metrics), scope === null ? null : `Scope ${scope}.`);
    add(
      'p value',
      s4,
      number(s4, 'p_value'),
      number(s4, 'p_value') === 'NaN' ? 'The paired test has no answer: all differences are equal.' : null,
    );
    const gate = objectOf(s4.metrics, 'reliability_gate');
    add('Replay pass rate', s4, numberOf(gate, 'replay_pass_rate'), null, 5);
  }
  const s5 = stageOf('s5_visual_fidelity');
  if (s5 !== undefined) {
    const [trap] = fidelityTraps({ enriched: facts.enriched, fidelity: facts.fidelity, metrics: s5.metrics });
    const note = trap === undefined ? null : `${trap}.`;
    add('PSNR, dB', s5, number(s5, 'overall_mean_psnr'), note, 2);
    add('SSIM', s5, number(s5, 'overall_mean_ssim'), note);
    add('LPIPS', s5, number(s5, 'overall_mean_lpips'), note);
  }
  const s6 = stageOf('s6_spatial_accuracy');
  if (s6 !== undefined) {
    const [trap] = spatialTraps(s6.metrics, facts.spatialScores);
    const count = numberOf(s6.metrics, 'num_evaluated');
    add(
      'Spatial score',
      s6,
      number(s6, 'mean_spatial_score'),
      trap === undefined ? (count === null ? null : `${count} evaluated, of 10.`) : `${trap}.`,
    );
  }
  return rows;
}
