import { expect, test } from 'vitest';
import { canonicalJson, findChainFault, hashEvent, type HistoryEvent } from './event.ts';

function chainOf(count: number): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  for (let seq = 1; seq <= count; seq++) {
    const unsealed = {
      id: `ev_${seq}`,
      deviceId: 'dev_a',
      seq,
      actor: 'Ada',
      type: 'decision.recorded' as const,
      payload: { note: `note ${seq}` },
      wallTime: '2026-11-23T12:00:00.000Z',
      logicalClock: seq,
      prevHash: events.at(-1)?.hash ?? null,
    };
    events.push({ ...unsealed, hash: hashEvent(unsealed) });
  }
  return events;
}

test('a chain as written holds', () => {
  expect(findChainFault(chainOf(4))).toBeNull();
  expect(findChainFault([])).toBeNull();
});

test('an event that was changed, left out or put in is named', () => {
  const events = chainOf(4);
  const changed = events.with(1, { ...events[1]!, payload: { note: 'something else' } });
  expect(findChainFault(changed)).toBe('event 2 was changed after it was written');
  expect(findChainFault([events[0]!, events[2]!, events[3]!])).toBe('event 2 is missing; the next one is 3');
  const forged = { ...events[1]!, payload: { note: 'forged' } };
  const resealed = { ...forged, hash: hashEvent(forged) };
  expect(findChainFault(events.with(1, resealed))).toBe('event 3 does not follow the one before it');
});

test('the same value has the same bytes whatever the order of its keys', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true })).toBe('{"a":true,"b":[1,{"c":"x","d":null}]}');
  expect(canonicalJson({ a: 1, gone: undefined })).toBe(canonicalJson({ a: 1 }));
});
