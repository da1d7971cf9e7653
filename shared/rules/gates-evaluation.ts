import { gateMaker, say, stageOrFinding, type GateFacts, type GateFinding } from './gate-finding.ts';
import { flagOf, numberOf, objectOf, objectsOf, textOf, textsOf } from './loose.ts';
import { fidelityTraps, spatialTraps } from './score-validity.ts';

/** Below this the paired test counts as evidence of a difference. */
const significance = 0.05;

/** Gates of S4 to S6: reliability, uplift, claim, and whether the fidelity and spatial scores mean anything. */
export function evaluationGates(facts: GateFacts): GateFinding[] {
  return [reliability(facts), uplift(facts), ...claim(facts), fidelity(facts), spatial(facts)];
}

function reliability(facts: GateFacts): GateFinding {
  const gate = { key: 'reliability', name: 'Reliability, S4', stageKey: 's4_policy_eval' };
  const at = stageOrFinding(facts, gate);
  if ('finding' in at) return at.finding;
  const make = gateMaker(facts, gate);
  const source = at.stage.resultPath ?? 's4_policy_eval';
  const record = objectOf(at.stage.metrics, 'reliability_gate');
  const passed = flagOf(record, 'passed');
  if (record === null) return make.off('Not recorded by this revision', source);
  if (passed === null) return make.found('unknown', 'The record has no verdict', source);
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
    source,
  );
}

function uplift(facts: GateFacts): GateFinding {
  const gate = { key: 'policy_uplift', name: 'Policy uplift, S4', stageKey: 's4_policy_eval' };
  const at = stageOrFinding(facts, gate);
  if ('finding' in at) return at.finding;
  const make = gateMaker(facts, gate);
  const source = at.stage.resultPath ?? 's4_policy_eval';
  const { metrics } = at.stage;
  const difference = upliftOf(metrics);
  const p = numberOf(metrics, 'p_value');
  if (difference === null)
    return at.stage.status === 'failed'
      ? make.open('S4 failed before it scored', source)
      : make.open('No means were recorded', source);
  const pText =
    metrics['p_value'] === undefined
      ? 'no p value'
      : p === null
        ? `p is ${textOf(metrics, 'p_value') ?? 'no number'}`
        : `p ${say(p)}`;
  const measured = `${difference > 0 ? '+' : ''}${say(difference)}, ${pText}`;
  if (difference <= 0) return make.found('failed', measured, source);
  if (p === null) return make.found('unknown', measured, source);
  return make.found(p < significance ? 'passed' : 'failed', measured, source);
}

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

function claim(facts: GateFacts): GateFinding[] {
  const gate = { key: 'claim', name: 'Claim, S4', stageKey: 's4_policy_eval' };
  const at = stageOrFinding(facts, gate);
  if ('finding' in at || flagOf(at.stage.metrics, 'claim_mode') !== true) return [];
  const make = gateMaker(facts, gate);
  const source = at.stage.resultPath ?? 's4_policy_eval';
  const passed = flagOf(at.stage.metrics, 'claim_passed');
  if (passed === null) return [make.found('unknown', 'The record has no verdict', source)];
  const reasons = textsOf(at.stage.metrics, 'claim_failure_reasons');
  return [
    make.found(
      passed ? 'passed' : 'failed',
      passed ? 'Claim holds' : reasons.join(', ') || 'Claim does not hold',
      source,
    ),
  ];
}

function fidelity(facts: GateFacts): GateFinding {
  const gate = { key: 'visual_fidelity', name: 'Visual fidelity, S5', stageKey: 's5_visual_fidelity' };
  const at = stageOrFinding(facts, gate);
  if ('finding' in at) return at.finding;
  const make = gateMaker(facts, gate);
  const source = at.stage.resultPath ?? 's5_visual_fidelity';
  const psnr = numberOf(at.stage.metrics, 'overall_mean_psnr');
  const ssim = numberOf(at.stage.metrics, 'overall_mean_ssim');
  if (psnr === null && ssim === null) return make.open('No score was recorded', source);
  const [trap] = fidelityTraps({
    enriched: facts.enrichedManifest,
    fidelity: facts.fidelity,
    metrics: at.stage.metrics,
  });
  if (trap !== undefined) return make.open(trap, source);
  return make.off(
    `${psnr === null ? '' : `${say(psnr, 2)} dB, `}SSIM ${ssim === null ? 'unknown' : say(ssim)}; no limit is set`,
    source,
  );
}

function spatial(facts: GateFacts): GateFinding {
  const gate = { key: 'spatial_accuracy', name: 'Spatial accuracy, S6', stageKey: 's6_spatial_accuracy' };
  const at = stageOrFinding(facts, gate);
  if ('finding' in at) return at.finding;
  const make = gateMaker(facts, gate);
  const source = at.stage.resultPath ?? 's6_spatial_accuracy';
  const score = numberOf(at.stage.metrics, 'mean_spatial_score');
  if (score === null) return make.open('No score was recorded', source);
  const [trap] = spatialTraps(at.stage.metrics, objectsOf(facts.spatial, 'scores'));
  if (trap !== undefined) return make.open(trap, source);
  return make.off(`${say(score)} of 10; no limit is set`, source);
}
