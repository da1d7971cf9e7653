import { expect, test, vi } from 'vitest';
import { startScheduleLoop } from './schedule-loop.ts';

test('what goes wrong with one machine leaves no other one out', async () => {
  const schedules = ['1', '2', '3'].map((instanceId) => ({
    instanceId,
    at: '2026-03-01T00:00:00.000Z',
    actor: 'me',
    settings: { isOn: true, intervalMinutes: 2, profileId: null, mirror: false },
  }));
  const asked: string[] = [];
  const reads: Record<string, unknown> = { 'schedule.all': schedules, 'schedule.running': [] };
  const lines: string[] = [];
  const loop = startScheduleLoop({
    database: {
      read: async (name: string) => reads[name] ?? null,
      write: async (name: string, { instanceId }: { instanceId: string }) => {
        if (name !== 'schedule.claim') return null;
        asked.push(instanceId);
        if (instanceId === '2') throw new Error('the row of machine two is damaged');
        return null;
      },
    } as never,
    clock: { now: () => 0 },
    emit: () => undefined,
    largeEveryMs: () => 0,
    beat: async () => null,
    jobs: {} as never,
    call: async () => ({ ok: true, value: null }),
    role: 'resident',
    own: { has: () => false } as never,
    tell: {} as never,
    timer: { now: () => 0, sleep: () => new Promise((resolve) => setTimeout(resolve, 1)) },
    log: ({ message }) => void lines.push(message),
  });
  await vi.waitFor(() => expect(asked).toContain('3'));
  await loop.stop();
  expect(asked.slice(0, 3)).toEqual(['1', '2', '3']);
  expect(lines).toMatchObject([expect.stringContaining('the row of machine two is damaged')]);
});
