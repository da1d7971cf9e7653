import { hostname } from 'node:os';
import type { Database } from '../db/database.ts';
import type { Caller, Clock } from '../ports.ts';

/** Who says something, on which computer, and when: what every event carries. */
export type Stamp = { readonly hostKey: string; readonly actor: string; readonly wallTime: string };

/** The reviewer's name from the settings, else the account that called. */
export async function stampOf(
  deps: { readonly database: Database; readonly clock: Clock },
  caller: Caller,
): Promise<Stamp> {
  const { reviewerName } = await deps.database.read('settings.get', undefined as never);
  return {
    hostKey: hostname(),
    actor: reviewerName === '' ? caller.name : reviewerName,
    wallTime: new Date(deps.clock.now()).toISOString(),
  };
}
