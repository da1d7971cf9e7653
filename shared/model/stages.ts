/**
 * The stages of the pipeline in the order in which a run executes them. The pipeline's own
 * `status` and `report` commands list them differently and both leave out S3d; this order is
 * the one of `run-all`.
 */
export const canonicalStages = [
  { key: 's0_task_hints_bootstrap', short: 'S0', name: 'Task hints' },
  { key: 's1_render', short: 'S1', name: 'Render' },
  { key: 's1b_robot_composite', short: 'S1b', name: 'Robot composite' },
  { key: 's1c_gemini_polish', short: 'S1c', name: 'Image polish' },
  { key: 's1d_gaussian_augment', short: 'S1d', name: 'Gaussian augment' },
  { key: 's1e_splatsim_interaction', short: 'S1e', name: 'Interaction sim' },
  { key: 's2_enrich', short: 'S2', name: 'Cosmos enrich' },
  { key: 's3_finetune', short: 'S3', name: 'World-model fine-tune' },
  { key: 's4_policy_eval', short: 'S4', name: 'Policy eval' },
  { key: 's3d_wm_refresh_loop', short: 'S3d', name: 'World-model refresh' },
  { key: 's4a_rlds_export', short: 'S4a', name: 'RLDS export' },
  { key: 's3b_policy_finetune', short: 'S3b', name: 'Policy fine-tune' },
  { key: 's3c_policy_rl_loop', short: 'S3c', name: 'Policy RL loop' },
  { key: 's4e_trained_eval', short: 'S4e', name: 'Trained-policy eval' },
  { key: 's4b_rollout_dataset', short: 'S4b', name: 'Rollout datasets' },
  { key: 's4c_policy_pair_train', short: 'S4c', name: 'Pair train' },
  { key: 's4d_policy_pair_eval', short: 'S4d', name: 'Pair eval' },
  { key: 's5_visual_fidelity', short: 'S5', name: 'Visual fidelity' },
  { key: 's6_spatial_accuracy', short: 'S6', name: 'Spatial accuracy' },
  { key: 's7_cross_site', short: 'S7', name: 'Cross-site' },
] as const;

/** The cells before which the stage strip leaves a gap: S0–S1e, S2, S3–S3d, S4a–S4d, S5–S7. */
export const stageGroupStarts: ReadonlySet<string> = new Set([
  's2_enrich',
  's3_finetune',
  's4a_rlds_export',
  's5_visual_fidelity',
]);

const canonicalIndex = new Map<string, number>(canonicalStages.map((stage, index) => [stage.key, index]));

/** Sorts stage keys canonically; stages this version does not know come last, by name. */
export function compareStageKeys(a: string, b: string): number {
  const indexA = canonicalIndex.get(a) ?? canonicalStages.length;
  const indexB = canonicalIndex.get(b) ?? canonicalStages.length;
  return indexA - indexB || (a < b ? -1 : a > b ? 1 : 0);
}

/** Short and full name of a stage; a stage of a later pipeline gets a name made from its key. */
export function stageNames(key: string): { short: string; name: string } {
  const known = canonicalIndex.get(key);
  if (known !== undefined) return canonicalStages[known]!;
  const match = /^s(\d+\w?)_(.+)$/.exec(key);
  if (match === null) return { short: key, name: key };
  return { short: `S${match[1]}`, name: match[2]!.replaceAll('_', ' ') };
}
