import { toErrorPayload } from '#shared/errors.ts';
import type { BudgetStatus, FleetItem } from '#shared/model/fleet.ts';
import { decideGuard, type GuardBudget, type GuardFacts } from '#shared/rules/guard-decision.ts';
import { trackQuiet } from '#shared/rules/quiet-track.ts';
import type { Database } from '../db/database.ts';
import type { EmitEvent } from '../events.ts';
import { newId } from '../ids.ts';
import { readBudgets } from '../instances/budget.ts';
import type { OpenFleet } from '../instances/open-fleet.ts';
import type { Jobs } from '../jobs/service.ts';
import type { Log, Notifier } from '../ports.ts';
import { driveStop, takeBackStop, type DriveDeps, type StartStop } from './drive-stop.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import type { WorkReader } from './work-reader.ts';
import type { Arming, GuardRecord, GuardWatch } from './store.ts';

export type GuardLoopDeps = {
  readonly open: OpenFleet;
  readonly database: Database;
  readonly jobs: Jobs;
  readonly startStop: StartStop;
  readonly notify: Notifier;
  readonly emit: EmitEvent;
  readonly log: Log;
  readonly work: Pick<WorkReader, 'read'>;
  readonly keeper: LeaseKeeper;
};

/** The guard of a resident room: one look at every machine after each reading of the fleet. */
export type GuardLoop = {
  /** Never rejects: what fails is told in the log, once for each kind. */
  look(): Promise<void>;
};

type Budgets = { readonly fleet: BudgetStatus; readonly machines: ReadonlyMap<string, BudgetStatus> };

export function createGuardLoop(deps: GuardLoopDeps): GuardLoop {
  const { database, notify, log } = deps;

  async function lookOnce(): Promise<void> {
    const { fleet, timer } = deps.open();
    const nowMs = timer.now();
    const now = new Date(nowMs).toISOString();
    // Without any list nothing is known, and nothing can be decided.
    if ((await fleet.reading()) === null) return;
    const { items } = await fleet.view();
    const budgets = await readAllBudgets(nowMs);
    const armings = new Map((await database.read('guards.armed', undefined as never)).map((it) => [it.instanceId, it]));
    const watches: GuardWatch[] = [];
    for (const item of items) {
      const arming = armings.get(item.id);
      const record = await database.read('guards.record', { instanceId: item.id });
      const watch = watchOf(item, record, arming === undefined ? null : budgets, now);
      let couldNotTell: readonly string[] = [];
      if (arming !== undefined)
        await each(item, async () => {
          couldNotTell = await judge(item, arming, { ...record, watch }, budgets, now);
        });
      watches.push({ ...watch, couldNotTell: couldNotTell.length === 0 ? null : couldNotTell.join(' ') });
    }
    await database.write('guards.watched', { watches });
    await driveStops(armings, timer.now);
    deps.keeper.keep(items.filter((item) => item.phase === 'running' && armings.has(item.id)).map((it) => it.id));
  }

  async function readAllBudgets(nowMs: number): Promise<Budgets> {
    const { fleet } = deps.open();
    const { instances, ...whole } = await readBudgets(null, { fleet, database, now: () => nowMs });
    return { fleet: whole, machines: new Map(instances.map((it) => [it.instanceId ?? '', it])) };
  }

  /** Decides about one machine, and answers what could not be told. */
  async function judge(
    item: FleetItem,
    arming: Arming,
    record: GuardRecord,
    budgets: Budgets,
    now: string,
  ): Promise<readonly string[]> {
    if (record.stop !== null && record.stop.endedAt === null) return [];
    const facts = factsOf(item, arming, record, budgets, now);
    const { stop, warnings, couldNotTell } = decideGuard(facts);
    for (const { key, words } of warnings)
      if (await database.write('guards.warned', { instanceId: item.id, key, at: now }))
        notify({ title: `Guard: ${nameOf(item)}`, body: words, urgency: 'normal' });
    if (stop === null) return couldNotTell;
    log({ level: 'warn', area: 'guards', message: `Machine ${item.id} is stopped (${stop.reason}): ${stop.because}` });
    await database.write('guards.decide', {
      id: newId('gst'),
      instanceId: item.id,
      eventId: arming.eventId,
      decidedAt: now,
      ...stop,
    });
    deps.emit({ name: 'instances.changed', payload: {} });
    return [];
  }

  function factsOf(
    item: FleetItem,
    arming: Arming,
    { lease, watch, isDeadlineSpent }: GuardRecord,
    budgets: Budgets,
    now: string,
  ): GuardFacts {
    return {
      now,
      settings: arming.settings,
      isDeadlineSpent,
      phase: item.phase,
      lease: lease?.status == null || lease.readAt === null ? null : { ...lease.status, readAt: lease.readAt },
      gpuBusyAt: watch?.busyAt ?? null,
      work: arming.settings.stopWhenFinished ? deps.work.read(item.id) : null,
      budgets: budgetsOf(item.id, budgets),
    };
  }

  async function driveStops(armings: ReadonlyMap<string, Arming>, now: () => number): Promise<void> {
    const drive: DriveDeps = { database, jobs: deps.jobs, startStop: deps.startStop, notify, now };
    const stops = await database.read('guards.openStops', undefined as never);
    for (const stop of stops) {
      const entry = await database.read('instances.entry', { id: stop.instanceId });
      const arming = armings.get(stop.instanceId);
      const name = entry?.instance.label ?? `machine ${stop.instanceId}`;
      await each({ id: stop.instanceId }, async () => {
        if (arming === undefined || arming.eventId !== stop.eventId)
          await takeBackStop(stop, 'It is no longer armed as it was.', drive);
        else await driveStop(stop, { name, policy: arming.settings.policy, goneAt: entry?.goneAt ?? null }, drive);
      });
    }
    if (stops.length > 0) deps.emit({ name: 'instances.changed', payload: {} });
  }

  /** One machine that fails keeps no other one from being guarded. */
  async function each(item: { readonly id: string }, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      const { code, message } = toErrorPayload(thrown);
      if (code === 'interrupted') return;
      log({ level: 'error', area: 'guards', message: `The guard of machine ${item.id} failed: ${message}` });
    }
  }

  let lastCode: string | null = null;
  let running: Promise<void> | null = null;
  return {
    look() {
      running ??= lookOnce()
        .then(
          () => {
            lastCode = null;
          },
          (thrown: unknown) => {
            const { code, message } = toErrorPayload(thrown);
            // Without a key there is nothing to guard, and nothing to tell.
            if (code !== lastCode && code !== 'key_missing' && code !== 'interrupted')
              log({ level: 'error', area: 'guards', message: `The guard could not look: ${message}` });
            lastCode = code;
          },
        )
        .finally(() => {
          running = null;
        });
      return running;
    },
  };
}

const nameOf = (item: FleetItem): string => item.label ?? `machine ${item.id}`;

function budgetsOf(id: string, { fleet, machines }: Budgets): GuardBudget[] {
  const own = machines.get(id);
  return [
    ...(own === undefined ? [] : [{ scope: 'machine' as const, capUsd: own.capUsd, reading: own }]),
    { scope: 'fleet' as const, capUsd: fleet.capUsd, reading: fleet },
  ];
}

function watchOf(item: FleetItem, record: GuardRecord, budgets: Budgets | null, now: string): GuardWatch {
  const gpuUtilPercent = item.phase === 'running' ? item.gpuUtilPercent : null;
  const track = trackQuiet(record.watch, { at: item.lastSeenAt, gpuUtilPercent });
  const hours = (budgets === null ? [] : budgetsOf(item.id, budgets)).flatMap(({ reading }) =>
    reading.state === 'off' || reading.hoursToStop === null ? [] : [reading.hoursToStop],
  );
  const budgetStopAt =
    hours.length === 0 ? null : new Date(Date.parse(now) + Math.min(...hours) * 3_600_000).toISOString();
  return { instanceId: item.id, lookedAt: now, ...track, budgetStopAt, couldNotTell: null };
}
