import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createSendQueue, type Priority } from './send-queue.ts';
import type { Timer } from './timer.ts';

/** Time that jumps ahead whenever somebody waits. */
function jumpingTimer(): Timer {
  let now = 0;
  return {
    now: () => now,
    sleep: async (ms) => {
      // What is answered at once is answered before time moves.
      await setImmediate();
      now += ms;
    },
  };
}

test('calls of one endpoint keep their interval; another endpoint does not wait', async () => {
  const timer = jumpingTimer();
  const queue = createSendQueue(timer);
  const at: [string, number][] = [];
  const send = (endpoint: string) =>
    queue.send({ endpoint, intervalMs: 1000, priority: 'user' }, async () => void at.push([endpoint, timer.now()]));
  await Promise.all([send('a'), send('a'), send('b'), send('a')]);
  expect(at.filter(([name]) => name === 'a').map(([, time]) => time)).toEqual([0, 1000, 2000]);
  expect(at.find(([name]) => name === 'b')?.[1]).toBe(0);
});

test('the interval begins with the answer: a call may have arrived just before it', async () => {
  const timer = jumpingTimer();
  const queue = createSendQueue(timer);
  const at: number[] = [];
  const send = (takesMs: number) =>
    queue.send({ endpoint: 'a', intervalMs: 1000, priority: 'poll' }, async () => {
      at.push(timer.now());
      await timer.sleep(takesMs);
    });
  await Promise.all([send(300), send(0)]);
  expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(1300);
});

test('a call that hangs holds up the next one for a second interval, not for ever', async () => {
  const timer = jumpingTimer();
  const queue = createSendQueue(timer);
  const turn = { endpoint: 'a', intervalMs: 1000, priority: 'user' } as const;
  void queue.send(turn, () => new Promise(() => undefined));
  expect(await queue.send(turn, async () => timer.now())).toBe(2000);
});

test('a burst goes out at once, and the next call waits until its first one is old enough', async () => {
  const timer = jumpingTimer();
  const queue = createSendQueue(timer);
  const at: number[] = [];
  const send = () =>
    queue.send({ endpoint: 'a', intervalMs: 1000, burst: 3, priority: 'user' }, async () => void at.push(timer.now()));
  await Promise.all(Array.from({ length: 7 }, send));
  expect(at).toEqual([0, 0, 0, 3000, 3000, 3000, 6000]);
});

test('what a person asked for goes ahead of polling', async () => {
  const queue = createSendQueue(jumpingTimer());
  const order: string[] = [];
  const send = (name: string, priority: Priority) =>
    queue.send({ endpoint: 'a', intervalMs: 1000, priority }, async () => void order.push(name));
  await Promise.all([send('poll 1', 'poll'), send('poll 2', 'poll'), send('poll 3', 'poll'), send('stop', 'user')]);
  expect(order).toEqual(['poll 1', 'stop', 'poll 2', 'poll 3']);
});

test('a pause holds the endpoint back; whoever leaves the queue is never sent', async () => {
  const timer = jumpingTimer();
  const queue = createSendQueue(timer);
  const leaving = new AbortController();
  queue.pause('a', 5000);
  const sent: string[] = [];
  const turn = { endpoint: 'a', intervalMs: 1000, priority: 'user' } as const;
  const gone = queue.send({ ...turn, signal: leaving.signal }, async () => void sent.push('gone'));
  const stays = queue.send(turn, async () => void sent.push(`stays ${timer.now()}`));
  leaving.abort(new Error('left'));
  await expect(gone).rejects.toThrow('left');
  await stays;
  expect(sent).toEqual(['stays 5000']);
});

test('one that fails does not hold up the next', async () => {
  const queue = createSendQueue(jumpingTimer());
  const turn = { endpoint: 'a', intervalMs: 1, priority: 'user' } as const;
  await expect(queue.send(turn, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await queue.send(turn, async () => 7)).toBe(7);
});
