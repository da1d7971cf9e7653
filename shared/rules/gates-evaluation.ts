import { say, type GateRule } from './gate-finding.ts';
import { flagOf, numberOf, objectOf, objectsOf, textOf, textsOf } from './loose.ts';
import { fidelityTraps, spatialTraps } from './score-validity.ts';

/** Below this the paired test counts as evidence of a difference. */
const significance = 0.05;

const reliability: GateRule = {
  key: 'reliability',
  name: 'Reliability, S4',
  stageKey: 's4_policy_eval',
  judge: ({ stage, make }) => {
    const record = objectOf(stage.metrics, 'reliability_gate');
    const passed = flagOf(record, 'passed');
    if (record === null) return make.off('Not recorded by this revision');
    if (passed === null) return make.found('unknown', 'The record has no verdict');
    const replay = numberOf(record, 'replay_pass_rate');
    const control = numberOf(record, 'controllability_pass_rate');
    const rates = [
      replay === null ? null : `replay ${say(replay, 5)}`,
      control === null ? null : `controllability ${say(control, 5)}`,
      passed ? null : textOf(record, 'reason'),
    ];
    return make.found(
      passed ? 'passed' : 'failed',
      rates.filter((part) => part !== null).join(', ') || (passed ? 'Passed' : 'Failed'),
    );
  },
};

const uplift: GateRule = {
  key: 'policy_uplift',
  name: 'Policy uplift, S4',
  stageKey: 's4_policy_eval',
  judge: ({ stage, make }) => {
    const { metrics } = stage;
    const difference = upliftOf(metrics);
    const p = numberOf(metrics, 'p_value');
    if (difference === null)
      return stage.status === 'failed' ? make.open('S4 failed before it scored') : make.open('No means were recorded');
    const pText =
      metrics['p_value'] === undefined
        ? 'no p value'
        : p === null
          ? `p is ${textOf(metrics, 'p_value') ?? 'no number'}`
          : `p ${say(p)}`;
    const measured = `${difference > 0 ? '+' : ''}${say(difference)}, ${pText}`;
    if (difference <= 0) return make.found('failed', measured);
    if (p === null) return make.found('unknown', measured);
    return make.found(p < significance ? 'passed' : 'failed', measured);
  },
};

/** Mean task score of the adapted model minus the baseline's, in points; null when one of the two is unknown. */
export function upliftOf(metrics: { readonly [key: string]: unknown }): number | null {
  const baseline = numberOf(metrics, 'baseline_mean_task_score');
  const adapted = numberOf(metrics, 'adapted_mean_task_score');
  return (
    numberOf(metrics, 'absolute_point_differential') ??
    numberOf(metrics, 'absolute_difference') ??
    (baseline === null || adapted === null ? null : adapted - baseline)
  );
}

const claim: GateRule = {
  key: 'claim',
  name: 'Claim, S4',
  stageKey: 's4_policy_eval',
  isRare: true,
  judge: ({ stage, make }) => {
    if (flagOf(stage.metrics, 'claim_mode') !== true) return null;
    const passed = flagOf(stage.metrics, 'claim_passed');
    if (passed === null) return make.found('unknown', 'The record has no verdict');
    const reasons = textsOf(stage.metrics, 'claim_failure_reasons');
    return passed
      ? make.found('passed', 'Claim holds')
      : make.found('failed', reasons.join(', ') || 'Claim does not hold');
  },
};

const fidelity: GateRule = {
  key: 'visual_fidelity',
  name: 'Visual fidelity, S5',
  stageKey: 's5_visual_fidelity',
  judge: ({ facts, stage, make }) => {
    const psnr = numberOf(stage.metrics, 'overall_mean_psnr');
    const ssim = numberOf(stage.metrics, 'overall_mean_ssim');
    if (psnr === null && ssim === null) return make.open('No score was recorded');
    const [trap] = fidelityTraps({
      enriched: facts.enrichedManifest,
      fidelity: facts.fidelity,
      metrics: stage.metrics,
    });
    if (trap !== undefined) return make.open(trap);
    return make.off(
      `${psnr === null ? '' : `${say(psnr, 2)} dB, `}SSIM ${ssim === null ? 'unknown' : say(ssim)}; no limit is set`,
    );
  },
};

const spatial: GateRule = {
  key: 'spatial_accuracy',
  name: 'Spatial accuracy, S6',
  stageKey: 's6_spatial_accuracy',
  judge: ({ facts, stage, make }) => {
    const score = numberOf(stage.metrics, 'mean_spatial_score');
    if (score === null) return make.open('No score was recorded');
    const [trap] = spatialTraps(stage.metrics, objectsOf(facts.spatial, 'scores'));
    if (trap !== undefined) return make.open(trap);
    return make.off(`${say(score)} of 10; no limit is set`);
  },
};

/** Gates of S4 to S6: reliability, uplift, claim, and whether the fidelity and spatial scores mean anything. */
export const evaluationGates: readonly GateRule[] = [reliability, uplift, claim, fidelity, spatial];
