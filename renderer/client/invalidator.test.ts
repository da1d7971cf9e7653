import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createInvalidator } from './invalidator.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a burst of events asks once, and an event that comes while the answer is on its way asks once more', async () => {
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, networkMode: 'always' } } });
  const answers: (() => void)[] = [];
  const ask = vi.fn(() => new Promise<number>((resolve) => answers.push(() => resolve(answers.length))));
  const stop = new QueryObserver(queryClient, { queryKey: ['runs', 'list', {}], queryFn: ask }).subscribe(
    () => undefined,
  );
  answers[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(ask).toHaveBeenCalledTimes(1);

  const { markStale } = createInvalidator(queryClient);
  for (let event = 0; event < 50; event += 1) markStale(['runs']);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(ask).toHaveBeenCalledTimes(2);

  markStale(['runs']);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(ask, 'the answer under way is not thrown away').toHaveBeenCalledTimes(2);
  answers[1]?.();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(ask, 'what became stale meanwhile is asked for').toHaveBeenCalledTimes(3);

  answers[2]?.();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(ask, 'and then there is rest').toHaveBeenCalledTimes(3);
  stop();
});

test('only the named nouns are asked for again', async () => {
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, networkMode: 'always' } } });
  const ask = vi.fn(async () => 1);
  const stop = new QueryObserver(queryClient, { queryKey: ['jobs', 'list', {}], queryFn: ask }).subscribe(
    () => undefined,
  );
  await vi.advanceTimersByTimeAsync(0);
  createInvalidator(queryClient).markStale(['runs', 'clips']);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(ask).toHaveBeenCalledTimes(1);
  stop();
});
