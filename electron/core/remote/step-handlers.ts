import { RoomError } from '#shared/errors.ts';
import { isStepOver } from '#shared/model/step.ts';
import { lintScript } from '#shared/rules/remote/script-lint.ts';
import type { Handlers } from '../dispatcher.ts';
import { machineOf } from '../snapshots/machine-of.ts';
import { endOf } from './follow-step.ts';
import { closeStep, mustHaveSucceeded, runGuarded, type GuardedDeps } from './guarded-step.ts';
import { cancelStep, finishStep } from './run-step.ts';
import { isoOf, saveStep } from './step-deps.ts';
import { openStepLog } from './step-log.ts';
import type { StoredStep } from './step-store.ts';

type StepMethods = 'steps.run' | 'steps.attach' | 'steps.list' | 'steps.get' | 'steps.log' | 'steps.cancel';
type EnvironmentMethods =
  | 'environment.probe'
  | 'environment.get'
  | 'environment.accept'
  | 'environment.pin'
  | 'environment.compare';

export function stepHandlers(deps: GuardedDeps): Pick<Handlers, StepMethods> {
  const find = async (id: string): Promise<StoredStep> => {
    const found = await deps.database.read('steps.get', { id });
    if (found === null) throw new RoomError('not_found', `There is no step ${id} in this workspace.`);
    return found;
  };

  return {
    'steps.run': {
      subject: (input) => `${input.title} on ${machineOf(input).instanceId}`,
      // Steps that must not overlap are refused by the machine: waiting in a queue would hide it.
      lane: (input) => `step ${machineOf(input).instanceId} ${input.lane} ${Math.random()}`,
      // The same job finds its step again, and starts no second one.
      isRestartable: true,
      run: async (input, context) => {
        const { instanceId, target } = machineOf(input);
        const faults = lintScript(input.script, 'script.sh').filter(
          (it) => it.severity === 'error' && !input.override.includes(it.rule),
        );
        if (faults.length > 0)
          throw new RoomError('held', `The script is held: line ${faults[0]!.line}: ${faults[0]!.message}`, {
            hint: `${faults[0]!.fix} Or pass over it: "override": ["${faults[0]!.rule}"]. Nothing was started.`,
            details: { findings: faults, ...(faults[0]!.incident === null ? {} : { incidentId: faults[0]!.incident }) },
          });
        const spec = { lane: input.lane, title: input.title, argv: [], script: input.script, cwd: input.cwd };
        return runGuarded(deps, { instanceId, target, kind: 'command', spec }, context);
      },
    },

    'steps.attach': {
      subject: ({ id }) => `step ${id}`,
      lane: ({ id }) => `attach ${id}`,
      isRestartable: true,
      run: async ({ id }, context) => {
        const found = await find(id);
        if (found.step.outcome !== null) return found.step;
        const ended = isStepOver(found.step.state) ? found.step : await finishStep(deps, found, context);
        return mustHaveSucceeded(await closeStep(deps, { step: ended, target: found.target }, context.signal));
      },
    },

    'steps.list': async ({ instanceId, limit }) => ({
      items: await deps.database.read('steps.list', { instanceId: instanceId ?? null, limit }),
    }),

    'steps.get': async ({ id, ask }) => {
      const { step, target } = await find(id);
      if (!ask || isStepOver(step.state)) return step;
      const told = await deps.stepShell.status(target, id);
      if (told.state === 'unknown') return step;
      return saveStep(
        deps,
        {
          ...step,
          ...endOf(told),
          unknownSince: null,
          startedAt: isoOf(told.startedAt) ?? step.startedAt,
          writtenBytes: told.bytes ?? step.writtenBytes,
        },
        target,
      );
    },

    'steps.log': async ({ id, from, maxBytes }) => {
      const { step } = await find(id);
      const begin = Math.min(step.readBytes, from < 0 ? Math.max(0, step.readBytes + from) : from);
      const log = openStepLog(deps.workspacePath, step.instanceId, id);
      const bytes = await log.read(begin, Math.min(maxBytes, step.readBytes - begin));
      return {
        from: begin,
        to: begin + bytes.length,
        readBytes: step.readBytes,
        text: bytes.toString('utf8').replaceAll('\0', '\uFFFD'),
        gaps: step.gaps,
      };
    },

    'steps.cancel': async ({ id, graceSeconds }) => {
      const { step } = await find(id);
      if (isStepOver(step.state)) throw new RoomError('conflict', `This step is over already: ${step.state}.`);
      return cancelStep(deps, id, graceSeconds);
    },
  };
}

export function environmentHandlers(deps: GuardedDeps): Pick<Handlers, EnvironmentMethods> {
  const { environments } = deps;
  return {
    'environment.probe': {
      subject: (input) => `environment of ${machineOf(input).instanceId}`,
      lane: (input) => `environment ${machineOf(input).instanceId}`,
      isRestartable: true,
      run: async (input, context) => {
        const machine = { ...machineOf(input), python: input.python };
        await environments.look(machine, { moment: 'probe', stepId: null }, context.signal);
        return environments.view(machine.instanceId);
      },
    },
    'environment.get': async ({ instanceId }) => environments.view(instanceId),
    'environment.accept': async (input, caller) => environments.say('accepted', input, caller.name),
    'environment.pin': async (input, caller) => environments.say('pinned', input, caller.name),
    'environment.compare': async ({ instanceId, other }) => {
      const changes = await environments.compare(instanceId, other);
      return {
        instanceId,
        isSame: changes.length === 0,
        words: changes.length === 0 ? 'Nothing differs.' : `${changes.length} differences.`,
        changes: [...changes],
      };
    },
  };
}
