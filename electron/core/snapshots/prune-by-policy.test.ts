import { expect, test } from 'vitest';
import { pruneByPolicy, type PruneDeps } from './prune-by-policy.ts';

const hour = 3_600_000;
const nowMs = Date.UTC(2026, 2, 1, 12);
const at = (ms: number): string => new Date(nowMs + ms).toISOString();

/** What a room with nothing to remove is asked, by name. */
async function askedBy(remoteClockAt: string | null, tookMs = 0): Promise<{ asked: string[]; lines: string[] }> {
  const asked: string[] = [];
  const lines: string[] = [];
  const deps = {
    retention: () => ({ isOn: true, keepsUnmirrored: true, allHours: 2, hourlyDays: 2, dailyDays: 30 }),
    database: {
      read: async (name: string) => {
        asked.push(name);
        return name === 'snapshots.list' ? { items: [], totalCount: 0 } : [];
      },
    },
    mirroredIds: async () => new Set<string>(),
    isMirrorSetUp: () => true,
    clock: { now: () => nowMs },
    log: ({ message }: { message: string }) => lines.push(message),
  } as unknown as PruneDeps;
  await pruneByPolicy({ instanceId: '7', remoteClockAt, tookMs }, deps);
  return { asked, lines };
}

test('by a clock that is hours from the machine’s nothing is taken for old', async () => {
  for (const [remote, tookMs] of [
    [at(30 * 24 * hour), 0],
    [at(-2 * hour), 0],
    [at(-30 * 24 * hour), 5 * hour],
    [null, 0],
  ] as const) {
    const { asked, lines } = await askedBy(remote, tookMs);
    expect(asked).toEqual([]);
    expect(lines).toEqual([expect.stringContaining('do not agree')]);
  }
  for (const [remote, tookMs] of [
    [at(0), 0],
    [at(hour / 2), 0],
    // A pull of a night was listed at its beginning.
    [at(-8 * hour), 8 * hour],
  ] as const)
    expect((await askedBy(remote, tookMs)).asked).toContain('snapshots.list');
});
