import { expect, test } from 'vitest';
import type { Instance } from '#shared/model/instance.ts';
import type { Database } from '../db/database.ts';
import type { OpenFleet } from '../instances/open-fleet.ts';
import type { LedgerEntry } from '../instances/store.ts';
import { dueMachines } from './watch-machines.ts';

const nowMs = Date.parse('2026-08-10T12:00:00.000Z');
const ago = (seconds: number): string => new Date(nowMs - seconds * 1000).toISOString();

type Machine = {
  readonly id: string;
  readonly label: string;
  readonly status: string;
  readonly seenSecondsAgo?: number;
};

const entryOf = ({ id, label, status }: Machine): LedgerEntry =>
  ({
    instance: {
      id,
      label,
      intendedStatus: 'running',
      actualStatus: status,
      currentState: status,
      nextState: status,
    } as Instance,
    actualSince: ago(600),
    asked: null,
    askedAt: null,
    owner: null,
  }) as unknown as LedgerEntry;

/** What the ledger holds; `listSecondsAgo` is the age of the newest list. */
function due(machines: readonly Machine[], listSecondsAgo = 5): Promise<string[]> {
  const open = (() => ({
    fleet: { reading: async () => ({ account: 'a', observedAt: ago(listSecondsAgo) }) },
  })) as unknown as OpenFleet;
  const read = async (name: string, input: { readonly instanceId: string }): Promise<unknown> => {
    if (name === 'instances.present') return machines.map(entryOf);
    const seconds = machines.find((it) => it.id === input.instanceId)?.seenSecondsAgo;
    return { sight: { at: seconds === undefined ? null : ago(seconds) }, silentSince: null };
  };
  return dueMachines({
    open,
    database: { read } as unknown as Database,
    workspaceId: 'ws_1',
    timer: { now: () => nowMs, sleep: async () => undefined },
  });
}

test('ours and running is knocked on; somebody else’s machine never is, nor one that does not run', async () => {
  const machines = [
    { id: '1', label: 'night ws_1', status: 'running' },
    { id: '2', label: 'night ws_2', status: 'running' },
    { id: '3', label: 'night ws_1', status: 'loading' },
  ];
  expect(await due(machines)).toEqual(['1']);
});

test('every thirty seconds, and only by a list that is current', async () => {
  const machines = [
    { id: '1', label: 'ws_1', status: 'running', seenSecondsAgo: 29 },
    { id: '2', label: 'ws_1', status: 'running', seenSecondsAgo: 30 },
  ];
  expect(await due(machines)).toEqual(['2']);
  expect(await due(machines, 61)).toEqual([]);
});
