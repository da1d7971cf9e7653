import type { GatesState, ProvenanceState, RunStatus } from '#shared/model/verdict.ts';
import type { StateShape } from './state-mark.tsx';

export const statusShapes: Record<RunStatus, StateShape> = {
  success: 'ok',
  failed: 'fail',
  running: 'running',
  cut_off: 'warn',
  unknown: 'unknown',
};

export const gatesShapes: Record<GatesState, StateShape> = {
  passed: 'ok',
  failed: 'fail',
  partly_measured: 'warn',
  none_reached: 'off',
  unknown: 'unknown',
};

export const provenanceShapes: Record<ProvenanceState, StateShape> = {
  executed: 'ok',
  resumed: 'warn',
  stale: 'warn',
  merged: 'warn',
  unknown: 'unknown',
};

/** Words for filters; a run's own label says more. */
export const statusWords: Record<RunStatus, string> = {
  success: 'Finished',
  failed: 'Failed',
  running: 'Running',
  cut_off: 'Cut off',
  unknown: 'Unknown',
};

export const gatesWords: Record<GatesState, string> = {
  passed: 'Passed',
  failed: 'Failed',
  partly_measured: 'Partly measured',
  none_reached: 'None reached',
  unknown: 'Unknown',
};

export const provenanceWords: Record<ProvenanceState, string> = {
  executed: 'Executed',
  resumed: 'Resumed',
  stale: 'Stale',
  merged: 'Merged',
  unknown: 'Unknown',
};
