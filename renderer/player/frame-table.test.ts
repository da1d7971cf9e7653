import { expect, test } from 'vitest';
import { buildFrameTable, fpsOf, groupOfSlot, slotSeconds, type PacketFact } from './frame-table.ts';

function packets(ticks: readonly number[], keys: readonly number[] = [0]): PacketFact[] {
  return ticks.map((each, index) => ({ ticks: each, durationTicks: 100, isKey: keys.includes(index), byteLength: 1 }));
}

test('numbers frames by rank in presentation order, whatever the decode order', () => {
  const table = buildFrameTable(packets([0, 300, 100, 200, 600, 400, 500]), 1000);
  expect(table.ticks).toEqual([0, 100, 200, 300, 400, 500, 600]);
  expect(table.packetOfSlot).toEqual([0, 2, 3, 1, 5, 6, 4]);
  expect(table.slotOfPacket).toEqual([0, 3, 1, 2, 6, 4, 5]);
  expect(fpsOf(table)).toBe(10);
});

test('frames before time zero are pre-roll: frame 0 is the first at or after zero', () => {
  const table = buildFrameTable(packets([-50, 50, 150, 250]), 1000);
  expect(table.preRollCount).toBe(1);
  expect(table.slotOfPacket).toEqual([-1, 0, 1, 2]);
  expect(slotSeconds(table, 0)).toBe(0.05);
});

test('a first frame late in time is still frame 0', () => {
  expect(buildFrameTable(packets([200, 300, 400]), 1000).packetOfSlot).toEqual([0, 1, 2]);
});

test('a gap of three intervals leaves two holes, with the times their frames should have had', () => {
  const table = buildFrameTable(packets([0, 100, 200, 500, 600, 700]), 1000);
  expect(table.holeCount).toBe(2);
  expect(table.packetOfSlot).toEqual([0, 1, 2, -1, -1, 3, 4, 5]);
  expect(table.ticks.slice(3, 5)).toEqual([300, 400]);
});

test('times that are no multiples of one interval leave no holes', () => {
  const table = buildFrameTable(packets([0, 100, 130, 290, 300, 470, 500, 730]), 1000);
  expect(table.isVariableRate).toBe(true);
  expect(table.holeCount).toBe(0);
});

test('rounding of 29.97 fps to milliseconds is not a hole', () => {
  const table = buildFrameTable(
    packets(Array.from({ length: 300 }, (_, frame) => Math.round((frame * 1001) / 30))),
    1000,
  );
  expect(table.isVariableRate).toBe(false);
  expect(table.holeCount).toBe(0);
});

test('a splice of an hour is not drawn as holes', () => {
  expect(
    buildFrameTable(packets([0, 100, 200, 3_600_000, 3_600_100, 3_600_200, 3_600_300, 3_600_400]), 1000).holeCount,
  ).toBe(0);
});

test('keyframe groups know their packets and their slots, also of pictures shown before their keyframe', () => {
  // Decode order: I0 P2 B1 | I5 B3 B4 P6
  const table = buildFrameTable(packets([0, 200, 100, 500, 300, 400, 600], [0, 3]), 1000);
  expect(table.groups).toEqual([
    { firstPacket: 0, endPacket: 3, firstSlot: 0, lastSlot: 2 },
    { firstPacket: 3, endPacket: 7, firstSlot: 3, lastSlot: 6 },
  ]);
  expect(groupOfSlot(table, 3)).toBe(1);
  expect(groupOfSlot(table, 2)).toBe(0);
});

test('two pictures with one time are both kept, in decode order', () => {
  const table = buildFrameTable(packets([0, 100, 100, 200]), 1000);
  expect(table.repeatedTimeCount).toBe(1);
  expect(table.packetOfSlot).toEqual([0, 1, 2, 3]);
});

test('one frame is a table', () => {
  const table = buildFrameTable(packets([0]), 1000);
  expect(table.ticks).toEqual([0]);
  expect(table.groups).toHaveLength(1);
});
