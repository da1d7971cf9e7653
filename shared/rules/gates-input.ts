import { say, type GateRule } from './gate-finding.ts';
import { flagOf, numberOf, objectsOf, textsOf, type Loose } from './loose.ts';

const coverage: GateRule = {
  key: 'coverage',
  name: 'Coverage, S1',
  stageKey: 's1_render',
  // S2 refuses to start when coverage failed, and says so in its own result.
  first: (facts, make) => {
    const s2 = facts.stages.find((stage) => stage.key === 's2_enrich' && stage.facilityId === facts.facilityId);
    const isRefused =
      s2?.status === 'failed' && (s2.errorCode === 's2_coverage_gate_failed' || /coverage gate/i.test(s2.detail));
    return isRefused
      ? make.found('failed', s2.detail.split('\n', 1)[0]!.slice(0, 200), s2.resultPath ?? 's2_enrich')
      : null;
  },
  judge: ({ facts, stage, make }) => {
    const source = `${facts.facilityId}/renders/render_manifest.json`;
    const clips = objectsOf(facts.renderManifest, 'clips');
    const judged = clips.filter((clip) => flagOf(clip, 'quality_gate_passed') !== null);
    if (judged.length > 0) {
      const passed = judged.filter((clip) => flagOf(clip, 'quality_gate_passed') === true).length;
      return make.found(passed === judged.length ? 'passed' : 'failed', `${passed} of ${count(judged.length)}`, source);
    }
    const recorded = Object.entries(stage.metrics).find(
      ([key, value]) => /coverage.*passed$/.test(key) && typeof value === 'boolean',
    );
    if (recorded !== undefined)
      return make.found(recorded[1] === true ? 'passed' : 'failed', `${recorded[0]} is ${recorded[1] === true}`);
    if (stage.status === 'failed') return make.found('failed', 'S1 failed');
    return make.off(
      `${facts.renderManifest === null ? 'Clips' : count(clips.length)} rendered, no gate recorded`,
      source,
    );
  },
};

/** Only a clip that was probed counts: the manifest says "passed" by default when no probe ran. */
const clipProbe: GateRule = {
  key: 'clip_probe',
  name: 'Clip probe, S1',
  stageKey: 's1_render',
  isRare: true,
  first: (facts, make) => {
    const probed = objectsOf(facts.renderManifest, 'clips').filter(
      (clip) => (numberOf(clip, 'vlm_probe_attempts') ?? 0) > 0,
    );
    if (probed.length === 0) return null;
    const passed = probed.filter((clip) => flagOf(clip, 'vlm_probe_passed') === true).length;
    return make.found(
      passed === probed.length ? 'passed' : 'failed',
      `${passed} of ${count(probed.length)}`,
      `${facts.facilityId}/renders/render_manifest.json`,
    );
  },
  judge: () => null,
};

const compositeGeometry: GateRule = {
  key: 'composite_geometry',
  name: 'Composite geometry, S1b',
  stageKey: 's1b_robot_composite',
  judge: ({ facts, make }) => {
    const source = `${facts.facilityId}/robot_composite/composited_manifest.json`;
    const rows = objectsOf(facts.compositedManifest, 'robot_composite_metrics').filter(
      (row) => flagOf(row, 'passed') !== null,
    );
    if (rows.length === 0) return make.open('No clip was judged', source);
    const passed = rows.filter((row) => flagOf(row, 'passed') === true).length;
    const lowest = (key: string): number | null => {
      const values = rows.flatMap((row) => numberOf(row, key) ?? []);
      return values.length === 0 ? null : Math.min(...values);
    };
    const geometry = lowest('geometry_consistency_score');
    const joints = lowest('mean_visible_joint_ratio');
    const scores = [
      geometry === null ? null : `lowest geometry ${say(geometry)}`,
      joints === null ? null : `joints ${say(joints)}`,
    ].filter((part) => part !== null);
    return make.found(
      passed === rows.length ? 'passed' : 'failed',
      [`${passed} of ${count(rows.length)}`, ...scores].join(', '),
      source,
    );
  },
};

const generated: GateRule = {
  key: 'generated',
  name: 'Outputs made, S2',
  stageKey: 's2_enrich',
  judge: ({ facts, stage, make }) => {
    const numbers = { ...stage.outputs, ...stage.metrics };
    // A failed S2 writes no manifest: one that lies there is of an earlier attempt.
    const listed = stage.status === 'failed' ? null : numberOf(facts.enrichedManifest, 'num_clips');
    const made = numberOf(numbers, 'num_enriched_clips') ?? numberOf(numbers, 'num_enriched') ?? listed;
    const failed = numberOf(numbers, 'num_failed') ?? 0;
    const clips =
      numberOf(numbers, 'num_selected_source_clips') ?? textsOf(facts.enrichedManifest, 'selected_source_clips').length;
    const variants =
      textsOf(numbers, 'variants_used').length || textsOf(facts.enrichedManifest, 'variant_names').length;
    if (stage.status === 'failed')
      return made === null
        ? make.open('S2 failed before it counted its outputs')
        : make.found('failed', `S2 failed, ${made} outputs kept`);
    if (made === null) return make.open('No count was recorded');
    const wanted = clips * variants;
    const isWhole = failed === 0 && made >= wanted;
    return make.found(
      isWhole ? 'passed' : 'failed',
      `${made} of ${wanted === 0 ? made : wanted} kept${failed === 0 ? '' : `, ${failed} failed`}`,
    );
  },
};

const rejections = [
  ['num_rejected_anchor_similarity', 'unlike the source frame'],
  ['num_rejected_blur', 'blurred'],
  ['num_rejected_green_cast', 'green'],
  ['num_rejected_low_motion', 'still'],
] as const;

const outputQuality: GateRule = {
  key: 'output_quality',
  name: 'Output quality, S2',
  stageKey: 's2_enrich',
  judge: ({ facts, stage, make }) => {
    const numbers: Loose = { ...stage.outputs, ...stage.metrics };
    const rejected = rejections.flatMap(([key, word]) => {
      const amount = numberOf(numbers, key) ?? 0;
      return amount > 0 ? [{ amount, word }] : [];
    });
    const total = rejected.reduce((sum, item) => sum + item.amount, 0);
    if (total > 0)
      return make.found(
        'failed',
        `${total} rejected: ${rejected.map((item) => `${item.amount} ${item.word}`).join(', ')}`,
      );
    const hasCounters = rejections.some(([key]) => numberOf(numbers, key) !== null);
    if (!hasCounters) return make.open('No rejection was counted');
    const threshold =
      numberOf(numbers, 'min_frame0_ssim_threshold') ?? numberOf(facts.enrichedManifest, 'min_frame0_ssim') ?? 0;
    const collapse =
      flagOf(numbers, 'enable_visual_collapse_gate') ??
      flagOf(facts.enrichedManifest, 'enable_visual_collapse_gate') ??
      false;
    if (threshold <= 0 && !collapse) return make.off('Off in this run');
    const which = [threshold > 0 ? `frame-0 SSIM ${say(threshold)}` : null, collapse ? 'collapse gate' : null].filter(
      (part) => part !== null,
    );
    return make.found('passed', `0 rejected, ${which.join(', ')}`);
  },
};

const vlmQuality: GateRule = {
  key: 'vlm_quality',
  name: 'VLM quality, S2',
  stageKey: 's2_enrich',
  judge: ({ facts, stage, make }) => {
    const numbers: Loose = { ...stage.outputs, ...stage.metrics };
    const isOn =
      flagOf(numbers, 'vlm_quality_gate_enabled') ?? flagOf(facts.enrichedManifest, 'vlm_quality_gate_enabled');
    if (isOn === false) return make.off('Off in this run');
    const judged = objectsOf(facts.enrichedManifest, 'clips').filter(
      (clip) => flagOf(clip, 'vlm_quality_passed') !== null,
    );
    const unresolved = numberOf(numbers, 'num_vlm_quality_unresolved') ?? 0;
    const evaluated = numberOf(numbers, 'num_vlm_quality_evaluated') ?? judged.length;
    if (unresolved > 0) return make.found('failed', `${unresolved} of ${evaluated} not resolved`);
    const bad = judged.filter((clip) => flagOf(clip, 'vlm_quality_passed') === false).length;
    if (bad > 0)
      return make.found('failed', `${bad} of ${judged.length} below the limits`, enrichedManifestOf(facts.facilityId));
    if (evaluated === 0)
      return isOn === null ? make.off('Not recorded by this revision') : make.open('Nothing was evaluated');
    return make.found('passed', `${evaluated} evaluated`);
  },
};

const promptOrigin: GateRule = {
  key: 'prompt_origin',
  name: 'Prompt origin, S2',
  stageKey: 's2_enrich',
  first: ({ prompts, facilityId }, make) => {
    if (prompts.length === 0) return null;
    const source = enrichedManifestOf(facilityId);
    const builtin = prompts.filter((prompt) => prompt.origin === 'builtin' || prompt.origin === 'builtin_industrial');
    if (builtin.length > 0)
      return make.found('failed', `Built-in: ${builtin.map((prompt) => prompt.variantName).join(', ')}`, source);
    const unknown = prompts.filter((prompt) => prompt.origin === 'unknown');
    return unknown.length > 0
      ? make.found('unknown', `Not built-in; ${unknown.length} of ${prompts.length} of unknown origin`, source)
      : make.found('passed', `None of ${prompts.length} is built-in`, source);
  },
  judge: ({ facts, make }) => make.open('No prompt was found', enrichedManifestOf(facts.facilityId)),
};

function enrichedManifestOf(facilityId: string): string {
  return `${facilityId}/enriched/enriched_manifest.json`;
}

function count(clips: number): string {
  return `${clips} ${clips === 1 ? 'clip' : 'clips'}`;
}

/** Gates of S1 to S2: coverage, composite geometry, what S2 made, what it rejected, where prompts came from. */
export const inputGates: readonly GateRule[] = [
  coverage,
  clipProbe,
  compositeGeometry,
  generated,
  outputQuality,
  vlmQuality,
  promptOrigin,
];
