import { mappingOf, valueAt, type ConfigDocument, type LaunchSurroundings } from './config-document.ts';
import type { LintFinding } from './finding.ts';

const controls: ReadonlySet<unknown> = new Set(['depth', 'edge', 'seg', 'vis']);

/**
 * Stage 2: what Cosmos refuses after the renders were paid for, and what it does without a word. Defaults are
 * those of the baseline revision; where later ones differ, a key that is left out is a warning.
 */
export function lintEnrich(document: ConfigDocument, around: LaunchSurroundings): LintFinding[] {
  const enrich = mappingOf(valueAt(document.value, ['enrich']));
  const findings: LintFinding[] = [];
  const add = (key: string, rest: Omit<LintFinding, 'line' | 'key'>): void =>
    void findings.push({ ...document.at(['enrich', key]), ...rest });

  lintPrompts(enrich, around, add);
  if (enrich['disable_guardrails'] === false)
    add('disable_guardrails', {
      rule: 'guardrails-on',
      severity: 'error',
      incident: '7',
      message:
        'Guardrails are on: stage 2 downloads nvidia/Cosmos-Guardrail1, and a blocked clip is replaced silently.',
      fix: 'Write disable_guardrails: true.',
    });
  lintGuidance(enrich, add);
  lintControls(enrich, add);
  const frame = enrich['context_frame_index'];
  if (typeof frame === 'number' && frame <= 0)
    add('context_frame_index', {
      rule: 'context-frame',
      severity: 'error',
      incident: 'guidance',
      message: `context_frame_index is ${frame}, and Cosmos refuses the first frame as context.`,
      fix: 'Write a number above 0, or leave it out.',
    });
  lintMinimums(enrich, add);
  if (typeof enrich['min_frame0_ssim'] === 'number' && enrich['min_frame0_ssim'] > 0)
    if (enrich['delete_rejected_outputs'] === true)
      add('delete_rejected_outputs', {
        rule: 'deletes-evidence',
        severity: 'warning',
        incident: null,
        message: 'Rejected clips are deleted, on a score that is low whenever the context frame is far from frame 0.',
        fix: 'Write delete_rejected_outputs: false.',
      });
  return findings;
}

type Add = (key: string, finding: Omit<LintFinding, 'line' | 'key'>) => void;
type Enrich = Readonly<Record<string, unknown>>;

function lintPrompts(enrich: Enrich, around: LaunchSurroundings, add: Add): void {
  const hasOwn = Array.isArray(enrich['variants']) && enrich['variants'].length > 0;
  const mayFallBack = enrich['allow_dynamic_variant_fallback'] !== false;
  if (mayFallBack && enrich['dynamic_variants'] === true)
    add('allow_dynamic_variant_fallback' in enrich ? 'allow_dynamic_variant_fallback' : 'dynamic_variants', {
      rule: 'prompt-fallback',
      severity: 'error',
      incident: '10',
      message: 'If the prompt writer fails, built-in prompts are used without a word. A kitchen became a warehouse.',
      fix: 'Write allow_dynamic_variant_fallback: false, or give the prompts as variants.',
    });
  else if (mayFallBack && enrich['dynamic_variants'] === undefined && !hasOwn)
    add('dynamic_variants', {
      rule: 'prompt-fallback',
      severity: 'warning',
      incident: '10',
      message: 'dynamic_variants is left out: at the baseline it is on, and falls back to built-in prompts silently.',
      fix: 'Write dynamic_variants: false, or allow_dynamic_variant_fallback: false.',
    });
  if (around.hasWarmupCache === true)
    add('variants', {
      rule: 'warmup-cache',
      severity: 'warning',
      incident: '10',
      message: 'The work dir has a warmup_cache: its prompts go before all others, and are mostly the built-in ones.',
      fix: 'Move warmup_cache away, or look at its dynamic_variants.json first.',
    });
}

function lintGuidance(enrich: Enrich, add: Add): void {
  const { guidance } = enrich;
  if (typeof guidance === 'number' && Number.isFinite(guidance))
    if (!Number.isInteger(guidance) || guidance < 0 || guidance > 7)
      add('guidance', {
        rule: 'guidance',
        severity: 'error',
        incident: 'guidance',
        message: `guidance is ${guidance}; Cosmos takes whole numbers from 0 to 7 and ends stage 2 on others.`,
        fix: `Write ${Math.min(7, Math.max(0, Math.round(guidance)))}.`,
      });
  const gate = enrich['vlm_quality_gate_enabled'];
  const retries = enrich['vlm_quality_max_regen_attempts'] ?? 2;
  const retriesOn = enrich['vlm_quality_autoretry_enabled'] !== false && retries !== 0;
  if (gate !== false && retriesOn)
    add('vlm_quality_gate_enabled', {
      rule: 'vlm-retry',
      severity: gate === true ? 'error' : 'warning',
      incident: 'vlm-retry',
      message: `The quality gate is on${gate === true ? '' : ' where it is left out (baseline)'} with retries: the last one multiplies guidance by 0.9 and drops depth. Cosmos refuses both, and stage 2 ends without a manifest.`,
      fix: 'Write vlm_quality_gate_enabled: false, or vlm_quality_max_regen_attempts: 0.',
    });
}

function lintControls(enrich: Enrich, add: Add): void {
  const inputs = enrich['controlnet_inputs'];
  if (inputs === undefined) return;
  const list: readonly unknown[] = Array.isArray(inputs) ? inputs : [];
  const odd = list.filter((it) => it !== 'rgb' && !controls.has(it));
  if (odd.length > 0 || !list.some((it) => controls.has(it)))
    add('controlnet_inputs', {
      rule: 'controls',
      severity: 'error',
      incident: 'guidance',
      message:
        odd.length > 0
          ? `controlnet_inputs holds ${String(odd[0]).slice(0, 30)}, which is none of rgb, depth, edge, seg, vis.`
          : 'controlnet_inputs names no control beside rgb, and Cosmos refuses to run without one.',
      fix: 'Write [rgb, depth].',
    });
  else if (list.includes('vis') && enrich['multi_view_context_enabled'] === true)
    add('controlnet_inputs', {
      rule: 'controls',
      severity: 'error',
      incident: 'guidance',
      message: 'vis does not go together with multi_view_context_enabled.',
      fix: 'Take out vis, or turn multi_view_context_enabled off.',
    });
}

function lintMinimums(enrich: Enrich, add: Add): void {
  const numberOf = (key: string, otherwise: number): number =>
    typeof enrich[key] === 'number' ? enrich[key] : otherwise;
  for (const key of ['min_source_clips', 'min_valid_outputs', 'max_source_clips', 'max_input_frames'])
    if (numberOf(key, 0) < 0)
      add(key, {
        rule: 'range',
        severity: 'error',
        incident: null,
        message: `enrich.${key} is below 0.`,
        fix: 'Write 0 for no limit.',
      });
  const most = numberOf('max_source_clips', 0);
  if (most <= 0) return;
  const least = numberOf('min_source_clips', 8);
  const variants =
    Array.isArray(enrich['variants']) && enrich['variants'].length > 0
      ? enrich['variants'].length
      : numberOf('num_variants_per_render', 5);
  const outputs = numberOf('min_valid_outputs', 8);
  if (least > most)
    add('min_source_clips' in enrich ? 'min_source_clips' : 'max_source_clips', {
      rule: 'impossible-minimum',
      severity: 'error',
      incident: 'minimums',
      message: `At least ${least} source clips are wanted and at most ${most} allowed: stage 2 always fails.`,
      fix: `Write min_source_clips: ${most}.`,
    });
  if (outputs > most * variants)
    add('min_valid_outputs' in enrich ? 'min_valid_outputs' : 'max_source_clips', {
      rule: 'impossible-minimum',
      severity: 'error',
      incident: 'minimums',
      message: `At least ${outputs} outputs are wanted, and ${most} clips in ${variants} variants make ${most * variants}.`,
      fix: `Write min_valid_outputs: ${most * variants}.`,
    });
}
