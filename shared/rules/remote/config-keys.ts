/** What the pipeline makes of a value: a switch goes through `bool()`, so that every text is true. */
export type KeyKind = 'switch' | 'number' | 'other' | 'section';

type Section = { readonly switches?: string; readonly numbers?: string; readonly others?: string };

/**
 * Every key that the pipeline reads, by section, as its configuration classes name them (baseline and later
 * revisions together). It ignores any other key without a word.
 */
const sections: Readonly<Record<string, Section>> = {
  '': { others: 'schema_version project_name facilities' },
  'facilities.*': {
    numbers: 'floor_height_m ceiling_height_m',
    others:
      'name ply_path task_hints_path claim_benchmark_path description landmarks manipulation_zones up_axis scene_rotation_deg video_orientation_fix',
  },
  render: {
    switches:
      'scene_aware collision_check vlm_fallback task_scoped_scene_aware preserve_num_frames_after_collision_filter stage1_coverage_gate_enabled stage1_quality_planner_enabled stage1_quality_autoretry_enabled stage1_strict_require_task_hints stage1_active_perception_enabled stage1_active_perception_fail_closed stage1_probe_dedupe_enabled stage1_probe_primary_model_only stage1_keep_probe_videos stage1_repeat_dedupe_enabled orientation_autocorrect_enabled',
    numbers:
      'fps num_frames camera_height_m camera_look_down_deg num_clips_per_path voxel_size_m density_threshold min_clearance_m vlm_fallback_num_views task_scoped_max_specs task_scoped_context_per_target task_scoped_overview_specs task_scoped_fallback_specs task_scoped_num_clips_per_path task_scoped_num_frames_override stage1_coverage_min_visible_frame_ratio stage1_coverage_min_approach_angle_bins stage1_coverage_angle_bin_deg stage1_coverage_blur_laplacian_min stage1_coverage_blur_sample_every_n_frames stage1_coverage_blur_max_samples_per_clip stage1_coverage_min_center_band_ratio stage1_quality_max_regen_attempts stage1_quality_min_clip_score stage1_active_perception_max_loops stage1_probe_frames_override stage1_probe_resolution_scale stage1_probe_min_viable_pose_ratio stage1_probe_min_unique_positions stage1_probe_dedupe_max_regen_attempts stage1_probe_dedupe_center_dist_m stage1_probe_consensus_votes stage1_probe_consensus_high_variance_delta stage1_probe_tiebreak_extra_votes stage1_probe_tiebreak_spread_threshold stage1_vlm_min_task_score stage1_vlm_min_visual_score stage1_vlm_min_spatial_score stage1_repeat_dedupe_max_regen_attempts stage1_repeat_min_xy_jitter_m stage1_repeat_similarity_ssim_threshold manipulation_random_xy_offset_m non_manipulation_random_xy_offset_m manipulation_target_z_bias_m',
    others:
      'resolution camera_paths vlm_fallback_model task_scoped_profile stage1_coverage_center_band_x stage1_coverage_center_band_y stage1_quality_candidate_budget stage1_active_perception_scope scene_locked_profile orientation_autocorrect_mode backend',
  },
  robot_composite: {
    switches: 'enabled',
    numbers: 'min_visible_joint_ratio min_consistency_score line_thickness',
    others: 'urdf_path end_effector_link base_xyz base_rpy start_joint_positions end_joint_positions line_color_bgr',
  },
  gemini_polish: { switches: 'enabled', numbers: 'sample_every_n_frames', others: 'model api_key_env prompt' },
  enrich: {
    switches:
      'disable_guardrails dynamic_variants allow_dynamic_variant_fallback enable_visual_collapse_gate vlm_quality_gate_enabled vlm_quality_fail_closed vlm_quality_autoretry_enabled vlm_quality_require_reasoning_consistency vlm_quality_disable_depth_on_final_retry source_clip_selection_fail_closed multi_view_context_enabled scene_index_enabled delete_rejected_outputs',
    numbers:
      'num_variants_per_render guidance context_frame_index max_input_frames max_source_clips min_source_clips min_valid_outputs max_blur_reject_rate green_frame_ratio_max vlm_quality_max_regen_attempts vlm_quality_min_task_score vlm_quality_min_visual_score vlm_quality_min_spatial_score vlm_quality_retry_context_frame_stride scene_index_k scene_index_sample_every_n_frames cosmos_output_quality min_frame0_ssim',
    others:
      'cosmos_model cosmos_checkpoint cosmos_repo controlnet_inputs variants dynamic_variants_model context_frame_mode source_clip_selection_mode source_clip_task source_clip_name multi_view_context_offsets',
  },
  finetune: {
    switches: 'probe_dataloader_sample use_lora',
    numbers:
      'lora_rank lora_alpha learning_rate num_epochs batch_size gradient_accumulation_steps warmup_steps save_every_n_epochs max_training_hours',
    others:
      'dreamdojo_repo dreamdojo_checkpoint python_executable experiment_config eval_world_experiment model_size video_dataset_backend lora_target_modules',
  },
  'finetune.dataset_quality': {
    switches:
      'strict_manifest_validation quarantine_rejections fail_on_rejections enable_duplicate_detection enable_leakage_detection',
    numbers: 'max_reject_fraction',
  },
  'finetune.dataset_quality.prompt_lint': {
    switches: 'enabled allow_generic_substrings',
    numbers: 'min_chars min_tokens min_unique_token_ratio',
  },
  'finetune.dataset_quality.temporal_gates': {
    switches: 'enabled',
    numbers:
      'min_frames_for_check max_frames_to_sample min_mean_interframe_delta max_freeze_ratio max_abrupt_cut_ratio max_blockiness_score',
  },
  'finetune.dataset_quality.distribution': {
    switches: 'enabled',
    numbers:
      'min_total_clips_for_caps min_unique_variants min_unique_source_clips max_single_variant_fraction max_single_source_clip_fraction max_prompt_dominance_fraction',
  },
  eval_policy: {
    switches: 'require_object_grounded_manip_tasks require_native_action_compat freeze_world_snapshot',
    numbers:
      'num_rollouts max_steps_per_rollout scripted_rollouts_per_task required_action_dim min_assignment_quality_score min_absolute_difference min_manip_success_delta_pp min_practical_success_lift_pp',
    others:
      'model_name openvla_model checkpoint_path openvla_checkpoint unnorm_key tasks manipulation_tasks conditions headline_scope rollout_driver mode manip_eval_mode claim_protocol primary_endpoint split_strategy',
  },
  'eval_policy.claim_replication': { others: 'training_seeds' },
  'eval_policy.claim_strictness': {
    switches: 'require_site_specific_advantage',
    numbers:
      'min_eval_task_specs min_eval_start_clips min_common_eval_cells min_positive_training_seeds p_value_threshold site_vs_generic_min_lift_pp',
  },
  'eval_policy.reliability': {
    switches: 'enforce_stage_success fail_on_short_rollout',
    numbers:
      'max_horizon_steps keyframe_reanchor_every min_replay_pass_rate min_controllability_pass_rate max_scoring_failure_rate min_rollout_frames min_rollout_steps',
  },
  'eval_policy.vlm_judge': {
    switches: 'enable_agentic_vision',
    numbers: 'video_metadata_fps',
    others: 'model fallback_models api_key_env scoring_prompt',
  },
  policy_finetune: {
    switches: 'enabled image_aug use_continuous_actions use_l1_regression parallel_decoding',
    numbers:
      'lora_rank batch_size grad_accumulation_steps learning_rate save_steps max_steps nproc_per_node action_chunk_size seed',
    others:
      'openvla_repo finetune_script data_root_dir dataset_name run_root_dir adapter_tmp_dir wandb_project wandb_entity recipe extra_args',
  },
  policy_adapter: { others: 'name' },
  'policy_adapter.openvla': {
    numbers: 'policy_action_dim',
    others: 'openvla_repo finetune_script base_model_name base_checkpoint_path extra_train_args',
  },
  'policy_adapter.pi05': {
    switches: 'strict_action_contract allow_synthetic_state_for_eval',
    numbers: 'policy_action_dim policy_state_dim',
    others: 'openpi_repo profile runtime_mode train_backend train_script norm_stats_script extra_train_args',
  },
  'policy_adapter.dreamzero': {
    switches: 'strict_action_contract allow_training',
    numbers: 'policy_action_dim frame_history strict_action_min strict_action_max',
    others: 'repo_path base_model_name checkpoint_path inference_module inference_class train_script extra_train_args',
  },
  robosplat: {
    switches:
      'enabled require_manipulation_success_flags world_model_bootstrap_enabled bootstrap_if_missing_demo quality_gate_enabled fallback_to_legacy_scan fallback_on_backend_error persist_scene_variants',
    numbers:
      'variants_per_input min_successful_demos demo_success_task_score_threshold bootstrap_num_rollouts bootstrap_horizon_steps bootstrap_tasks_limit min_variants_required_per_clip',
    others:
      'backend parity_mode runtime_preset object_source_priority demo_source demo_manifest_path vendor_repo_path vendor_ref',
  },
  robosplat_scan: {
    switches: 'enabled color_temp_shift',
    numbers:
      'num_augmented_clips_per_input yaw_jitter_deg pitch_jitter_deg camera_height_jitter_m relight_gain_min relight_gain_max',
    others: 'temporal_speed_factors',
  },
  splatsim: {
    switches: 'enabled fallback_to_prior_manifest',
    numbers: 'per_zone_rollouts horizon_steps min_successful_rollouts_per_zone',
    others: 'mode',
  },
  external_interaction: { switches: 'enabled', others: 'manifest_path source_name' },
  native_teacher: {
    switches: 'enabled include_generic_control generate_corrections',
    numbers: 'planner_horizon_steps',
  },
  claim_portfolio: {
    switches: 'require_manipulation_nonzero',
    numbers:
      'min_facilities min_mean_site_vs_frozen_lift_pp min_mean_site_vs_generic_lift_pp max_negative_task_family_delta_pp',
  },
  action_boost: {
    switches:
      'enabled require_full_pipeline auto_switch_headline_scope_to_dual auto_enable_rollout_dataset auto_enable_policy_finetune auto_enable_policy_rl_loop strict_disjoint_eval',
    others: 'compute_profile',
  },
  policy_rl_loop: {
    switches:
      'enabled world_model_refresh_enabled world_model_refresh_mix_with_stage2 world_model_refresh_require_stage2_vlm_pass',
    numbers:
      'iterations horizon_steps rollouts_per_task group_size vlm_reward_fraction top_quantile near_miss_min_quantile near_miss_max_quantile policy_refine_steps_per_iter policy_refine_near_miss_fraction policy_refine_hard_negative_fraction world_model_refresh_stage2_fraction world_model_refresh_success_fraction world_model_refresh_near_miss_fraction world_model_refresh_min_total_clips world_model_refresh_max_total_clips world_model_refresh_seed world_model_refresh_epochs world_model_refresh_learning_rate',
    others: 'reward_mode',
  },
  wm_refresh_loop: {
    switches:
      'enabled fail_if_refresh_fails fail_on_degenerate_mix require_valid_video_decode enforce_vlm_quality_floor fail_on_reasoning_conflict backfill_from_stage2_vlm_passed quantile_fallback_enabled',
    numbers:
      'iterations min_non_hard_rollouts max_hard_negative_fraction min_refresh_task_score min_refresh_visual_score min_refresh_spatial_score quantile_success_threshold quantile_near_miss_threshold',
    others: 'source_condition',
  },
  rollout_dataset: {
    switches: 'enabled include_failed_rollouts require_consistent_action_dim',
    numbers:
      'seed train_split min_steps_per_rollout task_score_threshold near_miss_min_task_score near_miss_max_task_score near_miss_target_fraction hard_negative_target_fraction per_task_max_episodes max_action_delta_norm',
    others: 'selection_mode baseline_dataset_name adapted_dataset_name export_dir',
  },
  policy_compare: {
    switches: 'enabled require_grasp_for_manipulation require_lift_for_manipulation require_place_for_manipulation',
    numbers: 'heldout_num_rollouts heldout_seed task_score_success_threshold',
    others: 'eval_world_model heldout_tasks control_arms manipulation_task_keywords',
  },
  eval_visual: { others: 'metrics lpips_backbone' },
  eval_spatial: {
    switches: 'fail_on_reasoning_conflict',
    numbers: 'num_sample_frames min_valid_samples',
    others: 'vlm_model',
  },
  eval_crosssite: { numbers: 'num_clips_per_model', others: 'vlm_model' },
  cloud: { switches: 'auto_shutdown', numbers: 'num_gpus max_cost_usd', others: 'provider gpu_type' },
};

/** Sections whose keys are for others to name: nothing in them is looked at by name. */
export const openSections: ReadonlySet<string> = new Set(['scene_package', 'isaac', 'polaris', 'qualification']);

const kinds: ReadonlyMap<string, ReadonlyMap<string, KeyKind>> = readSections();

function readSections(): Map<string, Map<string, KeyKind>> {
  const read = new Map<string, Map<string, KeyKind>>();
  for (const [name, section] of Object.entries(sections)) {
    const keys = new Map<string, KeyKind>();
    for (const key of words(section.switches)) keys.set(key, 'switch');
    for (const key of words(section.numbers)) keys.set(key, 'number');
    for (const key of words(section.others)) keys.set(key, 'other');
    read.set(name, keys);
    const dot = name.lastIndexOf('.');
    const [parent, own] = dot < 0 ? ['', name] : [name.slice(0, dot), name.slice(dot + 1)];
    if (own !== '' && own !== '*') read.get(parent)?.set(own, 'section');
  }
  return read;
}

function words(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split(' ');
}

/** The keys of a section by name; null when the room does not know the section. `facilities.<id>` is one. */
export function keysOf(section: string): ReadonlyMap<string, KeyKind> | null {
  return kinds.get(/^facilities\.[^.]+$/.test(section) ? 'facilities.*' : section) ?? null;
}

/** Every key with its section, for completion: `enrich.guidance`. */
export function allKeys(): readonly { readonly key: string; readonly kind: KeyKind }[] {
  return [...kinds].flatMap(([section, keys]) =>
    [...keys].map(([key, kind]) => ({ key: section === '' ? key : `${section}.${key}`, kind })),
  );
}

/** The known key that a person most likely meant; null when none is near. */
export function nearestKey(wrong: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.min(3, Math.floor(wrong.length / 5))) + 1;
  for (const key of known) {
    const distance = editDistance(wrong, key, bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [key, distance];
  }
  return best;
}

/** Levenshtein's distance; anything at or above the limit is the limit. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return Math.min(limit, row[b.length]!);
}
