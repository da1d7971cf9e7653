import { expect, test } from 'vitest';
import { runCampaign } from './campaign.ts';

/** Seeds that failed once, and what they had found. */
const found = [
  { seed: 11, from: 0, kind: 'the clock is ahead', what: 'names of snapshots were sought second by second, for years' },
  {
    seed: 1001,
    from: 46,
    kind: 'other bytes on the way back',
    what: 'a manifest read wrongly in a check that was cut short made the next check say incomplete',
  },
] as const;

test.each(found)('$kind: $what', { timeout: 300_000 }, async ({ seed, from, kind }) => {
  const [result] = await runCampaign({ seed, from, count: 1, only: kind, workerCount: 1, onResult: () => undefined });
  expect(result).toMatchObject({ strikes: [{ kind, isHit: true }], violations: [] });
});
