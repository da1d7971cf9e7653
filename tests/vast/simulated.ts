import { onTestFinished } from 'vitest';
import { startVastSimulator, type VastSimulator, type VastSimulatorOptions } from '#core/demo/vast/simulator.ts';
import { createSheetClient, type SheetClient } from './sheet-client.ts';

export type Simulated = VastSimulator & {
  readonly client: SheetClient;
  /** The wall clock stands still but for this. */
  readonly passWallTime: (milliseconds: number) => void;
};

/**
 * A simulator of one test, ended with it. Its clock stands still: time is what the test makes of it. No rate
 * limits unless asked for, an empty fleet unless told.
 */
export async function simulated(options: VastSimulatorOptions = {}): Promise<Simulated> {
  let wallMs = Date.parse('2026-08-10T12:00:00Z');
  const simulator = await startVastSimulator({ rateLimits: 'off', fleet: 'empty', now: () => wallMs, ...options });
  onTestFinished(() => simulator.close());
  return {
    ...simulator,
    client: createSheetClient(simulator.url),
    passWallTime: (milliseconds) => {
      wallMs += milliseconds;
    },
  };
}
