import { readCap } from '../budget.ts';
import { classifyShutdownCommand } from '../shutdown-command.ts';
import {
  mappingOf,
  valueAt,
  type ConfigDocument,
  type HistoryWord,
  type LaunchSurroundings,
} from './config-document.ts';
import { lintConfigShape } from './config-shape-lint.ts';
import { lintEnrich } from './enrich-lint.ts';
import { inFileOrder, type LintFinding } from './finding.ts';

/**
 * The launch lint: what would cost a paid hour, each with the incident that it repeats (facts of the pipeline,
 * sections 3 and 7). Facts about the launch that were not asked count neither way.
 */
export function lintConfig(document: ConfigDocument, around: LaunchSurroundings = {}): LintFinding[] {
  if (document.value === null || typeof document.value !== 'object' || Array.isArray(document.value))
    return [
      {
        rule: 'not-a-config',
        severity: 'error',
        incident: null,
        key: null,
        line: 1,
        message: 'This is no mapping of sections.',
        fix: 'Load the configuration of a run, such as configs/interiorgs_kitchen_0787.cloud.yaml.',
      },
    ];
  return inFileOrder([
    ...lintConfigShape(document),
    ...lintFacilities(document, around),
    ...lintRender(document),
    ...lintEnrich(document, around),
    ...lintPrePass(document, around),
    ...lintScope(document),
    ...lintAttempt(document, around),
    ...lintMoney(document, around),
  ]);
}

/** Every one of these scenes had its depth checked, and all of it lay right. */
const isProved = ({ alignment }: LaunchSurroundings, ids: readonly string[]): boolean =>
  ids.length > 0 && ids.every((id) => alignment?.[id]?.hasPassed === true);

const said = (word: HistoryWord | undefined): string => (word === undefined ? '' : ` ${word.words}`);

const fixes: ReadonlySet<unknown> = new Set(['none', 'rotate180', 'hflip', 'vflip', 'hvflip']);
const axes: ReadonlySet<unknown> = new Set(['auto', 'x', '-x', 'y', '-y', 'z', '-z']);

function lintFacilities(document: ConfigDocument, around: LaunchSurroundings): LintFinding[] {
  const findings: LintFinding[] = [];
  const facilities = mappingOf(valueAt(document.value, ['facilities']));
  const add = (path: string[], rest: Omit<LintFinding, 'line' | 'key'>): void =>
    void findings.push({ ...document.at(path), ...rest });
  if (Object.keys(facilities).length === 0)
    add(['facilities'], {
      rule: 'no-facility',
      severity: 'error',
      incident: null,
      message: 'No facility is named: there is nothing to run.',
      fix: 'Name one below facilities, with its ply_path.',
    });
  for (const [id, facility] of Object.entries(facilities)) {
    const path = ['facilities', id];
    const own = mappingOf(facility);
    if (typeof own['ply_path'] !== 'string' || own['ply_path'] === '')
      add([...path, 'ply_path'], {
        rule: 'no-scan',
        severity: 'error',
        incident: null,
        message: `Facility ${id} has no ply_path: stage 1 has nothing to render.`,
        fix: 'Say where its scan lies on the machine.',
      });
    if (own['up_axis'] !== undefined && !axes.has(own['up_axis']))
      add([...path, 'up_axis'], {
        rule: 'range',
        severity: 'error',
        incident: null,
        message: `The up axis of ${id} is none of auto, z, -z, y, -y, x, -x.`,
        fix: 'Write one of them; auto looks at the scan.',
      });
    const rotation = own['scene_rotation_deg'];
    if (rotation !== undefined && !(Array.isArray(rotation) && rotation.length === 3))
      add([...path, 'scene_rotation_deg'], {
        rule: 'range',
        severity: 'error',
        incident: null,
        message: `The rotation of ${id} is no list of three numbers.`,
        fix: 'Write [0, 0, 0].',
      });
    const fix = own['video_orientation_fix'];
    if (fix !== undefined && !fixes.has(fix))
      add([...path, 'video_orientation_fix'], {
        rule: 'range',
        severity: 'error',
        incident: '11',
        message: `video_orientation_fix of ${id} is none of none, rotate180, hflip, vflip, hvflip: it is refused.`,
        fix: 'Write none.',
      });
    else if (typeof fix === 'string' && fix !== 'none' && !isProved(around, [id]))
      add([...path, 'video_orientation_fix'], {
        rule: 'orientation-fix',
        severity: 'error',
        incident: '11',
        message: `${id} turns its video and depth (${fix}), and no check of this scene's depth has passed.${said(around.alignment?.[id])}`,
        fix: 'Write none, or check the depth of a run of this scene first (orientation.check).',
      });
  }
  const ids = Object.keys(facilities);
  for (const key of Object.keys(mappingOf(valueAt(document.value, ['enrich']))))
    if (/depth.*(?:rotat|flip)|(?:rotat|flip).*depth/i.test(key) && !isProved(around, ids))
      add(['enrich', key], {
        rule: 'depth-rotation',
        severity: 'error',
        incident: '11',
        message: `enrich.${key} turns depth alone, away from its video, and no check of this scene's depth has passed.${ids.map((id) => said(around.alignment?.[id])).join('')}`,
        fix: 'Take it out. What looked upside down was not.',
      });
  return findings;
}

function lintRender(document: ConfigDocument): LintFinding[] {
  const findings: LintFinding[] = [];
  const render = mappingOf(valueAt(document.value, ['render']));
  const add = (key: string, message: string, fix: string): void =>
    void findings.push({
      rule: 'range',
      severity: 'error',
      incident: null,
      ...document.at(['render', key]),
      message,
      fix,
    });
  const { resolution } = render;
  const isSize =
    Array.isArray(resolution) && resolution.length === 2 && resolution.every((it) => Number.isInteger(it) && it >= 16);
  if (resolution !== undefined && !isSize)
    add('resolution', 'render.resolution is no pair [height, width] of whole numbers.', 'Write [480, 640].');
  for (const key of ['fps', 'num_frames', 'num_clips_per_path'])
    if (typeof render[key] === 'number' && render[key] <= 0)
      add(key, `render.${key} is ${render[key]}: nothing would be rendered.`, 'Write a number above 0.');
  const mode = render['orientation_autocorrect_mode'];
  if (mode !== undefined && mode !== 'auto' && mode !== 'fail_fast' && mode !== 'warn_only')
    add(
      'orientation_autocorrect_mode',
      'render.orientation_autocorrect_mode is none of auto, fail_fast, warn_only.',
      'Write fail_fast: auto may flip the axis by itself.',
    );
  return findings;
}

function lintPrePass(document: ConfigDocument, around: LaunchSurroundings): LintFinding[] {
  const robot = mappingOf(valueAt(document.value, ['robot_composite']));
  const polish = mappingOf(valueAt(document.value, ['gemini_polish']));
  const findings: LintFinding[] = [];
  if (robot['enabled'] === true && (typeof robot['urdf_path'] !== 'string' || robot['urdf_path'] === ''))
    findings.push({
      rule: 'no-urdf',
      severity: 'error',
      incident: null,
      ...document.at(['robot_composite', 'enabled']),
      message: 'robot_composite is on and names no urdf_path: stage 1b fails.',
      fix: 'Name the arm, or turn robot_composite off.',
    });
  if (robot['enabled'] !== false && polish['enabled'] === true && around.armGate?.hasPassed !== true)
    findings.push({
      rule: 'pre-pass',
      severity: 'error',
      incident: '12',
      ...document.at(['gemini_polish', 'enabled']),
      message: `The image pre-pass is on, and no arm retention study has accepted it.${said(around.armGate)}`,
      fix: 'Turn gemini_polish off, or let a study of matched frames show a gain first.',
    });
  return findings;
}

function lintScope(document: ConfigDocument): LintFinding[] {
  const boost = mappingOf(valueAt(document.value, ['action_boost']));
  const scope = valueAt(document.value, ['eval_policy', 'headline_scope']);
  if (scope !== 'wm_only' || boost['enabled'] === false) return [];
  const at = document.at(['eval_policy', 'headline_scope']);
  if (boost['auto_switch_headline_scope_to_dual'] !== false)
    return [
      {
        rule: 'boost-scope',
        severity: 'error',
        incident: 'boost',
        ...at,
        message: 'wm_only is asked for, and action_boost (on unless it is turned off) changes it to dual when it runs.',
        fix: 'Write action_boost.enabled: false. Preflight reports the policy stages as deferred and run-all runs them.',
      },
    ];
  if (boost['require_full_pipeline'] === false) return [];
  return [
    {
      rule: 'boost-scope',
      severity: 'error',
      incident: 'boost',
      ...at,
      message: 'action_boost wants the full pipeline and keeps wm_only: the run always fails at S4a.',
      fix: 'Write action_boost.enabled: false.',
    },
  ];
}

function lintAttempt(document: ConfigDocument, around: LaunchSurroundings): LintFinding[] {
  const findings: LintFinding[] = [];
  const isEnforced = valueAt(document.value, ['eval_policy', 'reliability', 'enforce_stage_success']) === true;
  const at = document.at(['eval_policy', 'reliability', 'enforce_stage_success']);
  if (isEnforced && around.mode === 'resume')
    findings.push({
      rule: 'resume-refused',
      severity: 'error',
      incident: 'resume',
      ...at,
      message: 'With enforce_stage_success a resumed run is refused, and pipeline_summary.json is overwritten.',
      fix: 'Launch fresh in an empty work dir, or turn enforce_stage_success off.',
    });
  if (isEnforced && around.mode === 'fresh' && around.hasResults === true)
    findings.push({
      rule: 'resume-refused',
      severity: 'error',
      incident: 'resume',
      ...at,
      message: 'With enforce_stage_success a work dir that holds results is refused, and its summary is overwritten.',
      fix: 'Launch in an empty work dir.',
    });
  if (around.isDryRun === true && around.hasResults !== false)
    findings.push({
      rule: 'dry-run-used',
      severity: 'error',
      incident: 'dry-run',
      key: null,
      line: null,
      message: 'A dry run writes "skipped" over the results that are there, and a later resume takes them.',
      fix: 'Dry-run in an empty work dir.',
    });
  return findings;
}

function lintMoney(document: ConfigDocument, around: LaunchSurroundings): LintFinding[] {
  const raw = valueAt(document.value, ['cloud', 'max_cost_usd']);
  const isArmed = valueAt(document.value, ['cloud', 'auto_shutdown']) !== false;
  const at = document.at(['cloud', 'max_cost_usd']);
  const findings: LintFinding[] = [];
  // A cap that is no number is told with the other types. The pipeline's own is 500.
  if (raw !== undefined && (typeof raw !== 'number' || !Number.isFinite(raw))) return findings;
  const answer = readCap(raw ?? 500);
  if (!answer.ok) return findings;
  const { cap } = answer;
  if (cap.kind === 'off') {
    findings.push({
      rule: 'budget-off',
      severity: 'warning',
      incident: '4',
      ...at,
      message: `cloud.max_cost_usd: ${JSON.stringify(raw ?? 500)} turns the budget guard OFF.`,
      fix: 'Set a cap, or let the guard of the room end the costs.',
    });
    if (isArmed)
      findings.push({
        rule: 'shutdown-never-fires',
        severity: 'warning',
        incident: '4',
        ...document.at(['cloud', 'auto_shutdown']),
        message: 'auto_shutdown is called by the budget guard alone, and that is off: it never fires.',
        fix: 'Arm the guard of the room for this machine.',
      });
  }
  if (cap.kind === 'amount' && around.ratePerHourUsd === null)
    findings.push({
      rule: 'cap-without-rate',
      severity: 'error',
      incident: '4',
      ...at,
      message: isArmed
        ? 'A cap without a valid hourly rate is refused, and auto_shutdown runs the shutdown command at once.'
        : 'A cap without a valid hourly rate is refused.',
      fix: 'Set BLUEPRINT_GPU_HOURLY_RATE_USD on the machine to what the room reads from the provider.',
    });
  if (isArmed && around.shutdownCommand !== undefined) {
    const verdict = classifyShutdownCommand(around.shutdownCommand);
    if (verdict.kind === 'missing' || verdict.kind === 'placeholder')
      findings.push({
        rule: 'shutdown-placeholder',
        severity: 'warning',
        incident: '13',
        ...document.at(['cloud', 'auto_shutdown']),
        message: `auto_shutdown is on and stops nothing: ${verdict.because}`,
        fix: 'Let the room write a command that asks the lease (shutdown.arm).',
      });
  }
  return findings;
}
