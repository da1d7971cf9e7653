import { expect, test } from 'vitest';
import { pruneByPolicy, type PruneDeps } from './prune-by-policy.ts';

const hour = 3_600_000;

/** What a room with nothing to remove is asked, by name. */
async function askedBy(clockSkewMs: number | null): Promise<{ asked: string[]; lines: string[] }> {
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
    clock: { now: () => 0 },
    log: ({ message }: { message: string }) => lines.push(message),
  } as unknown as PruneDeps;
  await pruneByPolicy({ instanceId: '7', clockSkewMs }, deps);
  return { asked, lines };
}

test('by a clock that is hours from the machine’s nothing is taken for old', async () => {
  for (const skewMs of [30 * 24 * hour, -2 * hour]) {
    const { asked, lines } = await askedBy(skewMs);
    expect(asked).toEqual([]);
    expect(lines).toEqual([expect.stringContaining('h apart')]);
  }
  for (const skewMs of [null, 0, -hour / 2]) expect((await askedBy(skewMs)).asked).toContain('snapshots.list');
});
