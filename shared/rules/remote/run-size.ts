import { mappingOf, valueAt } from './config-document.ts';

const gib = 1024 ** 3;
/** The largest leaf of a checkpoint that was seen (facts of the pipeline, section 10); one for each training. */
const checkpointBytes = 13.2 * gib;
const rendersBytes = 2 * gib;

/**
 * Bytes that a run may write, from its configuration: one checkpoint for the fine-tuning, one for each refresh of
 * the world model and each iteration of the RL loop, and the clips.
 */
export function estimateRunBytes(config: unknown): number {
  const refresh = mappingOf(valueAt(config, ['wm_refresh_loop']));
  const loop = mappingOf(valueAt(config, ['policy_rl_loop']));
  const times = (section: Readonly<Record<string, unknown>>, key: string): number =>
    section['enabled'] === true ? Math.max(1, Number(section[key]) || 1) : 0;
  return Math.round(rendersBytes + checkpointBytes * (1 + times(refresh, 'iterations') + times(loop, 'iterations')));
}
