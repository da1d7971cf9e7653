import type { VastSimulator } from '#core/demo/vast/simulator.ts';
import type { Page } from '@playwright/test';
import { room as call } from '../command-line.ts';
import type { RoomProcess } from '../room-process.ts';
import type { Screen } from './screens.ts';

/** A fleet in some state of its provider, and the screens that show it. */
export type FleetState = {
  readonly name: string;
  /** Before the room looks. */
  readonly arrange: (provider: VastSimulator) => Promise<void>;
  /** What people of the room said about it. */
  readonly say?: (said: { readonly provider: VastSimulator; readonly room: RoomProcess }) => Promise<void>;
  readonly screens: readonly Screen[];
};

const fleet: Screen = { name: 'fleet', path: '/fleet', landmark: '[data-testid=machine]' };
const morning: Screen = { name: 'morning', path: '/', landmark: '.mline' };

const readAgain = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Read again' }).first().click();
  // The list is asked for again at the pace of the provider.
  await page.waitForTimeout(3_000);
};

async function say(room: RoomProcess, method: string, input: unknown): Promise<void> {
  await call([method, JSON.stringify(input), '--workspace', room.workspaceFolder], { home: room.workspaceFolder });
}

/** The red ones, the crowded one, and the one with nothing. */
export const fleetStates: readonly FleetState[] = [
  {
    name: 'nomachine',
    arrange: async () => {},
    screens: [{ ...fleet, landmark: '.main > *' }, morning],
  },
  {
    name: 'alarm',
    arrange: async ({ control }) => {
      const id = await control.addMachine({
        label: 'stubborn',
        status: 'running',
        gpuPerHourUsd: 2,
        ageSeconds: 36_000,
      });
      await control.addMachine({ label: 'nobodys', status: 'running', gpuPerHourUsd: 1.4, ageSeconds: 7_200 });
      await control.addMachine({ label: 'outbid', status: 'outbid', gpuPerHourUsd: 0.4, ageSeconds: 7_200 });
      await control.addMachine({ label: 'host away', status: 'offline', gpuPerHourUsd: 0.9, ageSeconds: 90_000 });
      control.setFault({ name: 'stop_ignored', instanceId: id });
    },
    say: async ({ provider, room }) => {
      const id = String(provider.control.machines()[0]!.id);
      await say(room, 'instances.adopt', { id, as: 'ours' });
      await say(room, 'budget.set', { instanceId: id, capUsd: 5 });
      await say(room, 'instances.stop', { id, snapshot: 'skip', confirm: id, timeoutMs: 20_000 });
    },
    screens: [
      { ...fleet, open: readAgain },
      { name: 'machine', path: '/fleet/{first}', landmark: '.moments' },
      morning,
    ],
  },
  {
    name: 'crowd',
    arrange: async ({ control }) => {
      for (let n = 0; n < 40; n++) {
        await control.addMachine({
          label: `batch-${String(n).padStart(2, '0')}`,
          status: n % 4 === 0 ? 'stopped' : 'running',
          gpuPerHourUsd: 0.3 + n / 20,
          ageSeconds: n * 5_000,
        });
      }
    },
    screens: [{ ...fleet, open: readAgain }],
  },
  {
    name: 'retired',
    arrange: async ({ control }) => {
      await control.addMachine({ label: 'seen once', status: 'running', gpuPerHourUsd: 2, ageSeconds: 36_000 });
    },
    say: async ({ provider, room }) => {
      await say(room, 'instances.list', {});
      provider.control.setFault({ name: 'retired_endpoint' });
    },
    screens: [
      { ...fleet, open: readAgain },
      { name: 'machine', path: '/fleet/{first}', landmark: '.moments' },
    ],
  },
  {
    name: 'nocredit',
    arrange: async ({ control }) => {
      control.setCredit(0);
      control.setFault({ name: 'credit_gone' });
    },
    screens: [{ name: 'launch', path: '/launch', landmark: '[data-testid=offer-row], .notice' }],
  },
  {
    name: 'revoked',
    arrange: async ({ control }) => control.setFault({ name: 'revoked_key' }),
    screens: [
      { ...fleet, landmark: '.main > *' },
      { name: 'launch', path: '/launch', landmark: '[data-testid=offer-row], .notice' },
    ],
  },
];
