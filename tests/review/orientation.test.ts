import { describe, expect, test } from 'vitest';
import type { LumaPlane } from '#shared/rules/orientation/grid.ts';
import { factsOf, sampleOther } from '#shared/rules/orientation/read-clip.ts';
import { transformSchema, uprightTransforms, type Transform } from '#shared/rules/orientation/transforms.ts';
import { readOrientation, type OrientationReading } from '#shared/rules/orientation/verdict.ts';
import { createRandom } from '#shared/rules/seeded-random.ts';
import { drawScene, type SceneKind } from '../support/depth/scene.ts';
import { lay, letterbox, spoil, type Spoiling } from '../support/depth/spoil.ts';

const frameCount = 24;
const light = (seed: number, isInverted = false): Spoiling => ({
  seed,
  noise: 3,
  gamma: 1,
  flicker: 3,
  blur: 0,
  isInverted,
});
const medium = (seed: number, isInverted = false): Spoiling => ({
  seed,
  noise: 9,
  gamma: 0.8,
  flicker: 10,
  blur: 1,
  isInverted,
});

function check(
  input: readonly LumaPlane[],
  control: readonly LumaPlane[],
  others: readonly (readonly LumaPlane[])[] = [],
): OrientationReading {
  return readOrientation(factsOf({ control, input, others: others.map(sampleOther) }));
}

/** A half turn and a flip repair themselves; quarter turns repair each other. */
const repairOf = (done: Transform): Transform =>
  done === 'rotate_90' ? 'rotate_270' : done === 'rotate_270' ? 'rotate_90' : done;

type Row = { right: number; undecided: number; wrong: number };

test('240 generated pairs: never a wrong verdict, and few without one', { timeout: 300_000 }, () => {
  const table = new Map<string, Row>();
  let seed = 9000;
  for (const kind of ['table', 'sparse_table', 'overhead'] as const satisfies readonly SceneKind[])
    for (let scene = 0; scene < 10; scene += 1) {
      const input = drawScene({ kind, seed: scene * 100 + kind.length, frameCount });
      for (const done of uprightTransforms)
        for (const how of [light, medium]) {
          seed += 1;
          const isInverted = seed % 2 === 0;
          const control = lay(spoil(input, how(seed, isInverted)), done);
          const reading = check(input, control);
          const wanted = done === 'identity' ? 'aligned' : 'misaligned';
          const isRight = reading.verdict === wanted && reading.transform === repairOf(done);
          const row = table.get(`${kind} ${done}`) ?? { right: 0, undecided: 0, wrong: 0 };
          table.set(`${kind} ${done}`, row);
          if (isRight) row.right += 1;
          else if (reading.verdict === 'inconclusive') row.undecided += 1;
          else row.wrong += 1;
          if (isRight) expect(reading.polarity).toBe(isInverted ? 'inverted' : 'same');
        }
    }
  const rows = [...table.entries()].map(
    ([name, { right, undecided, wrong }]) =>
      `${name.padEnd(30)} right ${right}, undecided ${undecided}, wrong ${wrong}`,
  );
  console.log(rows.join('\n'));
  const sum = (of: keyof Row): number => [...table.values()].reduce((total, row) => total + row[of], 0);
  expect(sum('wrong')).toBe(0);
  expect(sum('right') + sum('undecided')).toBe(240);
  expect(sum('right')).toBeGreaterThanOrEqual(216);
});

describe('on a square all eight ways are told apart', () => {
  const input = drawScene({ kind: 'table', seed: 5, frameCount, width: 80, height: 80 });
  test.each(transformSchema.options)('%s', (done) => {
    const reading = check(input, lay(spoil(input, light(3)), done));
    expect([reading.verdict, reading.transform]).toEqual([
      done === 'identity' ? 'aligned' : 'misaligned',
      repairOf(done),
    ]);
  });
});

test('swapped sides are told apart by the other four', () => {
  const input = drawScene({ kind: 'table', seed: 6, frameCount });
  expect(check(input, lay(spoil(input, light(1)), 'rotate_90'))).toMatchObject({
    verdict: 'misaligned',
    transform: 'rotate_270',
  });
});

test('letterbox bars are cut off first', () => {
  const input = drawScene({ kind: 'table', seed: 7, frameCount });
  expect(check(input, letterbox(spoil(input, light(1)), 12))).toMatchObject({ verdict: 'aligned' });
});

describe('where the picture carries no verdict there is none', () => {
  test.each(['ramp', 'flat', 'symmetric'] as const)('%s, upside down or not', (kind) => {
    const input = drawScene({ kind, seed: 1, frameCount });
    for (const done of uprightTransforms)
      for (const isInverted of [false, true]) {
        const reading = check(input, lay(spoil(input, medium(2, isInverted)), done));
        expect(['inconclusive', ...(done === 'identity' ? ['aligned'] : [])]).toContain(reading.verdict);
      }
  });

  test('a constant control depth', () => {
    const input = drawScene({ kind: 'table', seed: 1, frameCount });
    const reading = check(input, drawScene({ kind: 'flat', seed: 1, frameCount }));
    expect(reading).toMatchObject({ verdict: 'inconclusive', summary: null, likeness: null, polarity: 'unclear' });
    expect(reading.because).toContain('control depth has no structure');
  });

  test('7 frames', () => {
    const input = drawScene({ kind: 'table', seed: 1, frameCount: 7 });
    expect(check(input, input)).toMatchObject({ verdict: 'inconclusive', pairCount: 7 });
  });

  test('pictures of different shapes', () => {
    const wide = drawScene({ kind: 'table', seed: 1, frameCount, width: 130 });
    expect(check(wide, drawScene({ kind: 'table', seed: 1, frameCount }))).toMatchObject({ verdict: 'inconclusive' });
  });

  test('no frames at all', () => {
    expect(check([], [])).toMatchObject({ verdict: 'inconclusive', pairCount: 0 });
  });
});

test('the control depth of another clip is never called aligned, and with other clips it is named', () => {
  const random = createRandom(4);
  const inputs = Array.from({ length: 24 }, () =>
    drawScene({ kind: 'table', seed: Math.floor(random() * 1e6), frameCount }),
  );
  const foreign = spoil(inputs[1]!, light(1));
  const alone = check(inputs[0]!, foreign);
  expect(alone.verdict).toBe('inconclusive');
  const among = check(inputs[0]!, foreign, inputs.slice(1));
  expect(among).toMatchObject({ verdict: 'not_the_same_clip', sameClip: { otherCount: 23, isEnough: true } });
  const own = check(inputs[0]!, spoil(inputs[0]!, light(1)), inputs.slice(1));
  expect(own).toMatchObject({ verdict: 'aligned', sameClip: { isEnough: true } });
  const few = check(inputs[0]!, spoil(inputs[0]!, light(1)), inputs.slice(1, 4));
  expect(few).toMatchObject({ verdict: 'aligned', sameClip: { otherCount: 3, isEnough: false } });
});

test.each([-3, -2, 2, 3])('a shift of %i frames is a shift, not a turn', (offset) => {
  const input = drawScene({ kind: 'table', seed: 11, frameCount: 48, pan: 0.012 });
  const control = spoil(input, light(1));
  const moved = offset > 0 ? control.slice(0, 48 - offset) : control.slice(-offset);
  const late = offset > 0 ? [...control.slice(0, offset), ...moved] : moved;
  const reading = check(input.slice(0, late.length), late);
  expect([reading.verdict, reading.shiftFrames]).toEqual(['time_shift', offset]);
});
