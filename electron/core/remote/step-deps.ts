import type { RemoteStep } from '#shared/model/step.ts';
import type { Database } from '../db/database.ts';
import type { EmitEvent } from '../events.ts';
import type { Timer } from '../instances/timer.ts';
import type { SshTarget } from '../ssh/machine-shell.ts';
import type { StepShell } from './step-shell.ts';

/** What steps on machines are run with. */
export type StepDeps = {
  readonly database: Database;
  readonly emit: EmitEvent;
  readonly timer: Timer;
  readonly stepShell: StepShell;
  readonly workspacePath: string;
  /** Whether the provider says that the machine is gone: the only one who can. Null: it does not say. */
  readonly isGone: (instanceId: string) => Promise<boolean | null>;
};

/** Writes a step down, then tells. */
export async function saveStep(deps: StepDeps, step: RemoteStep, target: SshTarget): Promise<RemoteStep> {
  await deps.database.write('steps.save', { step, target });
  deps.emit({ name: 'steps.changed', payload: { instanceId: step.instanceId } });
  return step;
}

export const isoOf = (seconds: number | null | undefined): string | null =>
  seconds === null || seconds === undefined ? null : new Date(seconds * 1000).toISOString();
