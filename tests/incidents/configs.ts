/** A configuration in which the launch lint finds nothing. */
export const cleanConfig = `schema_version: v1
project_name: "Kitchen 0787"
facilities:
  kitchen_0787:
    name: "Kitchen Scene 0787"
    ply_path: /app/data/interiorgs/0787_841244/3dgs_compressed.ply
    task_hints_path: /app/data/interiorgs/0787_841244/task_targets.synthetic.json
    landmarks: ["kitchen appliances and countertop"]
    up_axis: "z"
    video_orientation_fix: none
render:
  resolution: [480, 640]
  fps: 10
  num_frames: 73
  camera_paths:
    - type: orbit
      radius_m: 2.5
  orientation_autocorrect_mode: fail_fast
robot_composite:
  enabled: false
gemini_polish:
  enabled: false
enrich:
  controlnet_inputs: [rgb, depth]
  disable_guardrails: true
  num_variants_per_render: 2
  guidance: 5.0
  dynamic_variants: false
  allow_dynamic_variant_fallback: false
  context_frame_index: 9
  max_input_frames: 49
  vlm_quality_gate_enabled: false
  min_frame0_ssim: 0.0
  delete_rejected_outputs: false
eval_policy:
  headline_scope: wm_only
  reliability:
    enforce_stage_success: false
action_boost:
  enabled: false
cloud:
  provider: generic
  gpu_type: H200
  max_cost_usd: 25
  auto_shutdown: true
`;

export type PlantedFault = {
  readonly name: string;
  /** Put in place of a line of the clean one. */
  readonly from: string;
  readonly to: string;
  readonly rule: string;
  readonly incident: string | null;
  /** On the line that holds this text. */
  readonly at: string;
};

const planted = (
  name: string,
  from: string,
  to: string,
  rule: string,
  incident: string | null,
  at: string = to.trim().split('\n').at(-1)!.trim(),
): PlantedFault => ({ name, from, to, rule, incident, at });

/** One fault each, in a configuration that is clean otherwise. */
export const plantedFaults: readonly PlantedFault[] = [
  planted(
    'prompts may fall back',
    '  dynamic_variants: false\n  allow_dynamic_variant_fallback: false',
    '  dynamic_variants: true\n  allow_dynamic_variant_fallback: true',
    'prompt-fallback',
    '10',
  ),
  planted('guardrails on', 'disable_guardrails: true', 'disable_guardrails: false', 'guardrails-on', '7'),
  planted('fractional guidance', 'guidance: 5.0', 'guidance: 6.3', 'guidance', 'guidance'),
  planted('guidance above 7', 'guidance: 5.0', 'guidance: 9', 'guidance', 'guidance'),
  planted(
    'quality gate with retries',
    'vlm_quality_gate_enabled: false',
    'vlm_quality_gate_enabled: true',
    'vlm-retry',
    'vlm-retry',
  ),
  planted(
    'more source clips than allowed',
    'max_input_frames: 49',
    'max_input_frames: 49\n  max_source_clips: 1\n  min_valid_outputs: 1\n  min_source_clips: 8',
    'impossible-minimum',
    'minimums',
  ),
  planted(
    'more outputs than clips make',
    'max_input_frames: 49',
    'max_input_frames: 49\n  max_source_clips: 2\n  min_source_clips: 2\n  min_valid_outputs: 5',
    'impossible-minimum',
    'minimums',
  ),
  planted(
    'orientation fix without a check',
    'video_orientation_fix: none',
    'video_orientation_fix: rotate180',
    'orientation-fix',
    '11',
  ),
  planted(
    'orientation fix that is refused',
    'video_orientation_fix: none',
    'video_orientation_fix: upside_down',
    'range',
    '11',
  ),
  planted('depth turned alone', 'max_input_frames: 49', 'rotate_depth_180: true', 'depth-rotation', '11'),
  planted(
    'pre-pass without a study',
    'robot_composite:\n  enabled: false\ngemini_polish:\n  enabled: false',
    'robot_composite:\n  enabled: true\n  urdf_path: ./robots/arm.urdf\ngemini_polish:\n  enabled: true # pre-pass',
    'pre-pass',
    '12',
    'enabled: true # pre-pass',
  ),
  planted('budget off', 'max_cost_usd: 25', 'max_cost_usd: 0', 'budget-off', '4'),
  planted(
    'shutdown that never fires',
    'max_cost_usd: 25',
    'max_cost_usd: -1',
    'shutdown-never-fires',
    '4',
    'auto_shutdown: true',
  ),
  planted('quoted switch', 'auto_shutdown: true', 'auto_shutdown: "false"', 'quoted-boolean', null),
  planted('misspelt key', 'disable_guardrails: true', 'disable_gaurdrails: true', 'unknown-key', null),
  planted(
    'key in the wrong section',
    'provider: generic',
    'provider: generic\n  guidance: 5 # here',
    'unknown-key',
    null,
    'guidance: 5 # here',
  ),
  planted(
    'boost changes the scope',
    'action_boost:\n  enabled: false',
    'action_boost:\n  enabled: true',
    'boost-scope',
    'boost',
    'headline_scope: wm_only',
  ),
  planted(
    'no control beside rgb',
    'controlnet_inputs: [rgb, depth]',
    'controlnet_inputs: [rgb]',
    'controls',
    'guidance',
  ),
  planted('first frame as context', 'context_frame_index: 9', 'context_frame_index: 0', 'context-frame', 'guidance'),
  planted(
    'a stand-in left',
    '/app/data/interiorgs/0787_841244/3dgs_compressed.ply',
    '/path/to/scan.ply',
    'placeholder',
    null,
    'ply_path:',
  ),
  planted(
    'a secret in it',
    'project_name: "Kitchen 0787"',
    'project_name: "hf_QzYvTrWkLpNmBgHsDfJcXaEu"',
    'secret',
    '3',
  ),
  planted(
    'deletes what it rejects',
    'min_frame0_ssim: 0.0\n  delete_rejected_outputs: false',
    'min_frame0_ssim: 0.7\n  delete_rejected_outputs: true',
    'deletes-evidence',
    null,
  ),
  planted('a cap that is no number', 'max_cost_usd: 25', 'max_cost_usd: "twenty"', 'wrong-type', null),
  planted('no YAML', 'guidance: 5.0', 'guidance: {5.0: [', 'yaml', null, 'dynamic_variants: false'),
  planted('a key twice', 'max_cost_usd: 25', 'max_cost_usd: 25\n  max_cost_usd: 30', 'duplicate-key', null),
];

export const withFault = ({ from, to, name }: PlantedFault): string => {
  if (!cleanConfig.includes(from)) throw new Error(`The clean configuration has no place for "${name}".`);
  return cleanConfig.replace(from, to);
};
