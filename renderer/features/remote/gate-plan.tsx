import { useId, type ReactNode } from 'react';
import type { MethodInput } from '#shared/contract/index.ts';
import { runStageSchema } from '#shared/model/remote-run.ts';
import { TextField } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';

export type Plan = {
  readonly checkout: string;
  readonly config: string;
  readonly workDir: string;
  readonly mode: 'fresh' | 'resume';
  /** None: all of them. */
  readonly stages: readonly string[];
};

export const usualPlan: Plan = {
  checkout: '/workspace/BlueprintValidation',
  config: 'configs/interiorgs_kitchen_0787.cloud.yaml',
  workDir: '/models/outputs',
  mode: 'fresh',
  stages: [],
};

/** What the gate is asked; null while something of it is missing. */
export function planOf(machineId: string, plan: Plan): MethodInput<'remote.preflight'> | null {
  const [checkout, config, workDir] = [plan.checkout.trim(), plan.config.trim(), plan.workDir.trim()];
  if (checkout === '' || config === '' || workDir === '') return null;
  const stages = runStageSchema.array().parse(plan.stages);
  return { instanceId: machineId, checkout, config, workDir, mode: plan.mode, stages };
}

/** What is to be launched: another plan is another gate. */
export function GatePlan({
  plan,
  isBusy,
  onPlan,
}: {
  readonly plan: Plan;
  readonly isBusy: boolean;
  readonly onPlan: (plan: Plan) => void;
}): ReactNode {
  const id = useId();
  const set = (change: Partial<Plan>): void => onPlan({ ...plan, ...change });
  return (
    <fieldset className="remote-plan" disabled={isBusy}>
      <legend className="sr">What is to be launched</legend>
      <TextField
        id={`${id}-checkout`}
        label="Checkout"
        value={plan.checkout}
        onValue={(checkout) => set({ checkout })}
      />
      <TextField
        id={`${id}-config`}
        label="Configuration, below it"
        value={plan.config}
        onValue={(config) => set({ config })}
      />
      <TextField id={`${id}-work`} label="Run root" value={plan.workDir} onValue={(workDir) => set({ workDir })} />
      <div>
        <span className="label">Mode</span>
        <Segmented
          label="Mode"
          value={plan.mode}
          onChange={(mode) => set({ mode })}
          options={[
            { value: 'fresh', label: 'Fresh' },
            { value: 'resume', label: 'Resume' },
          ]}
        />
      </div>
      <details>
        <summary>{plan.stages.length === 0 ? 'All stages' : `${plan.stages.length} stages`}</summary>
        <div className="remote-choice">
          {runStageSchema.options.map((stage) => (
            <label key={stage}>
              <input
                type="checkbox"
                checked={plan.stages.includes(stage)}
                onChange={({ target }) =>
                  set({
                    stages: runStageSchema.options.filter((each) =>
                      each === stage ? target.checked : plan.stages.includes(each),
                    ),
                  })
                }
              />{' '}
              {stage}
            </label>
          ))}
        </div>
      </details>
    </fieldset>
  );
}
