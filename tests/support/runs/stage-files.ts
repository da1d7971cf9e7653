/** Times in a built run: ISO with `+00:00` and microseconds, as the pipeline writes them. */
export function pythonTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000+00:00');
}

/** Time of a log line: the host's local time without a zone. */
export function logTime(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '').replace('.', ',');
}

export type StagePlan = {
  readonly key: string;
  /** `reused`: a resume keeps the stored result. `open`: begun and never ended. `deferred`: skipped without a line. */
  readonly status?: 'success' | 'failed' | 'skipped' | 'reused' | 'open' | 'deferred';
  readonly seconds?: number;
  readonly detail?: string;
  /** True: it raised, so that the log tells of the failure twice. */
  readonly raises?: boolean;
  readonly metrics?: object;
  readonly outputs?: object;
};

export type StageFile = {
  readonly stage_name: string;
  readonly status: string;
  readonly elapsed_seconds: number;
  readonly outputs: object;
  readonly metrics: object;
  readonly detail: string;
  readonly timestamp: string;
};

export function stageFile(plan: StagePlan, endMs: number): StageFile {
  const status = plan.status === 'deferred' ? 'skipped' : (plan.status ?? 'success');
  return {
    stage_name: plan.key,
    status,
    elapsed_seconds: status === 'skipped' ? 0 : (plan.seconds ?? 10),
    outputs: plan.outputs ?? {},
    metrics: plan.metrics ?? {},
    detail:
      plan.detail ??
      (plan.status === 'deferred'
        ? 'Skipped by policy: eval_policy.headline_scope=wm_only (OpenVLA stages deferred).'
        : ''),
    timestamp: pythonTime(endMs),
  };
}

const policyStages = [
  's4a_rlds_export',
  's3b_policy_finetune',
  's3c_policy_rl_loop',
  's4e_trained_eval',
  's4b_rollout_dataset',
  's4c_policy_pair_train',
  's4d_policy_pair_eval',
];

/** The stages of a whole world-model run: two skipped, the policy stages deferred, the rest done. */
export function wholeRun(): StagePlan[] {
  return [
    { key: 's0_task_hints_bootstrap', status: 'skipped' },
    {
      key: 's1_render',
      seconds: 60,
      outputs: { manifest_path: '/models/outputs/kitchen_0787/renders/render_manifest.json' },
    },
    { key: 's1b_robot_composite', seconds: 5 },
    { key: 's1c_gemini_polish', status: 'skipped' },
    { key: 's1d_gaussian_augment', status: 'skipped' },
    { key: 's1e_splatsim_interaction', status: 'skipped' },
    { key: 's2_enrich', seconds: 120 },
    { key: 's3_finetune', seconds: 300, metrics: { final_loss: 0.04 } },
    {
      key: 's4_policy_eval',
      seconds: 60,
      metrics: { baseline_mean_task_score: 0.4, adapted_mean_task_score: 0.6, p_value: 0.01 },
    },
    { key: 's3d_wm_refresh_loop', status: 'skipped' },
    ...policyStages.map((key): StagePlan => ({ key, status: 'deferred' })),
    { key: 's5_visual_fidelity', seconds: 5 },
    { key: 's6_spatial_accuracy', seconds: 5 },
  ];
}
