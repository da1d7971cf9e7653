import { hostname } from 'node:os';
import { RoomError } from '#shared/errors.ts';
import { classifyShutdownCommand } from '#shared/rules/shutdown-command.ts';
import type { Database } from '../db/database.ts';
import type { Handlers } from '../dispatcher.ts';
import type { EmitEvent } from '../events.ts';
import type { Jobs } from '../jobs/service.ts';
import type { EndDeps, KnockOnMachine, Quiesce } from './action.ts';
import { readBudgets, setBudget, type BudgetDeps } from './budget.ts';
import { destroyInstance } from './destroy.ts';
import { readHistory } from './history.ts';
import type { OpenFleet } from './open-fleet.ts';
import { readRecords, type SpentByGone } from './record.ts';
import { readSeries } from './series.ts';
import { labelInstance, rebootInstance, startInstance } from './start.ts';
import { stopInstance } from './stop.ts';

type InstanceMethods =
  | 'instances.list'
  | 'instances.get'
  | 'instances.log'
  | 'instances.series'
  | 'instances.history'
  | 'instances.record'
  | 'instances.stop'
  | 'instances.destroy'
  | 'instances.start'
  | 'instances.reboot'
  | 'instances.label'
  | 'instances.adopt'
  | 'budget.set'
  | 'budget.status'
  | 'shutdown.classify';

export function instanceHandlers(deps: {
  readonly open: OpenFleet;
  readonly database: Database;
  readonly jobs: Jobs;
  readonly emit: EmitEvent;
  readonly quiesce: Quiesce;
  readonly knock: KnockOnMachine;
  readonly copyMachine: EndDeps['copyMachine'];
  readonly mirrorMachine: EndDeps['mirrorMachine'];
  readonly unsavedOf: EndDeps['unsavedOf'];
}): Pick<Handlers, InstanceMethods> {
  const { open, database, jobs } = deps;
  const action = (): EndDeps => {
    const { fleet, timer, actionTimer } = open();
    return {
      fleet,
      database,
      timer: actionTimer,
      now: timer.now,
      copyMachine: deps.copyMachine,
      mirrorMachine: deps.mirrorMachine,
      unsavedOf: deps.unsavedOf,
      actorOf: async (jobId) => (await jobs.get(jobId)).actor,
      knock: deps.knock,
    };
  };
  const budget = (): BudgetDeps => {
    const { fleet, timer } = open();
    return { fleet, database, now: timer.now };
  };
  const known: SpentByGone = new Map();
  const subject = ({ id }: { readonly id: string }): string => `machine ${id}`;
  const lane = ({ id }: { readonly id: string }): string => `instance ${id}`;

  return {
    'instances.list': async ({ again }) => open().fleet.view({ again: again === true }),
    'instances.get': async ({ id }) => open().fleet.viewOne(id),
    'instances.log': async ({ id, lines }) => ({ id, text: await open().fleet.client.readLog(id, lines) }),
    'instances.series': async ({ minutes }) => readSeries(minutes, budget()),
    'instances.history': async ({ id, limit }) => ({ id, items: await readHistory({ id, limit }, database) }),
    'instances.record': async ({ limit }) => readRecords(limit, { fleet: open().fleet, database, known }),
    // A stop or a destroy that is sent twice ends in the same state: another engine may take it up.
    'instances.stop': {
      subject,
      lane,
      isRestartable: true,
      run: async (input, context) => stopInstance(input, context, { ...action(), quiesce: deps.quiesce }),
    },
    'instances.destroy': {
      subject,
      lane,
      isRestartable: true,
      run: async (input, context) => destroyInstance(input, context, action()),
    },
    'instances.start': {
      subject,
      lane,
      isRestartable: true,
      run: async (input, context) => startInstance(input, context, action()),
    },
    'instances.reboot': {
      subject,
      lane,
      isRestartable: false,
      run: async (input, context) => rebootInstance(input, context, action()),
    },
    'instances.label': {
      subject,
      lane,
      isRestartable: true,
      run: async (input, context) => labelInstance(input, context, action()),
    },
    'instances.adopt': async ({ id, as, owner, until, note }, caller) => {
      const { fleet, timer } = open();
      const { item } = await fleet.viewOne(id);
      if (item.goneAt !== null) throw new RoomError('conflict', `Machine ${id} is gone: it can be nobody’s any more.`);
      await database.write('instances.own', {
        hostKey: hostname(),
        actor: caller.name,
        wallTime: new Date(timer.now()).toISOString(),
        owned: { instanceId: id, ownership: as, owner: owner ?? null, until: until ?? null, note: note ?? null },
      });
      deps.emit({ name: 'instances.changed', payload: {} });
      return (await fleet.viewOne(id)).item;
    },
    'budget.set': async ({ instanceId, capUsd }) => {
      const status = await setBudget({ instanceId: instanceId ?? null, capUsd }, budget());
      deps.emit({ name: 'instances.changed', payload: {} });
      return status;
    },
    'budget.status': async ({ instanceId }) => readBudgets(instanceId ?? null, budget()),
    'shutdown.classify': async ({ command }) => classifyShutdownCommand(command),
  };
}
