import { expect, test } from 'vitest';
import { RoomError } from '#shared/errors.ts';
import type { Fleet } from './fleet.ts';
import { startPoller } from './poller.ts';

test('one list at a time, ten seconds apart; a failure that goes on is logged once', async () => {
  const waits: number[] = [];
  const logged: string[] = [];
  let calls = 0;
  let looks = 0;
  let atOnce = 0;
  let wake: () => void = () => undefined;
  const enough = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const fleet = {
    refresh: async () => {
      atOnce += 1;
      calls += 1;
      await Promise.resolve();
      expect(atOnce).toBe(1);
      atOnce -= 1;
      if (calls === 6) wake();
      if (calls === 4) return;
      throw new RoomError('rate_limited', 'too often');
    },
  } as unknown as Fleet;
  const poller = startPoller({
    fleet: () => fleet,
    timer: { now: () => 0, sleep: async (ms) => void waits.push(ms) },
    log: (entry) => logged.push(entry.message),
    afterwards: async () => void (looks += 1),
  });
  await enough;
  await poller.stop();
  expect(new Set(waits)).toEqual(new Set([10_000]));
  expect(logged).toEqual(['too often', 'too often']);
  // The one that was under way when it was stopped is not looked at.
  expect(looks).toBeGreaterThanOrEqual(calls - 1);
});

test('a room without a key, or with a wrong address, opens and stays quiet about the key', async () => {
  const logged: string[] = [];
  const polled = (fleet: () => Fleet) => {
    const poller = startPoller({
      fleet,
      timer: { now: () => 0, sleep: () => new Promise((resolve) => setImmediate(resolve)) },
      log: (entry) => logged.push(entry.message),
      afterwards: async () => undefined,
    });
    return new Promise((resolve) => setImmediate(resolve)).then(() => poller.stop());
  };
  await polled(() => ({ refresh: () => Promise.reject(new RoomError('key_missing', 'no key')) }) as unknown as Fleet);
  expect(logged).toEqual([]);
  await polled(() => {
    throw new RoomError('invalid_input', 'VAST_URL is not a web address');
  });
  expect(logged).toEqual(['VAST_URL is not a web address']);
});
