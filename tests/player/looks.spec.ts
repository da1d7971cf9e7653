import { shownPoint } from '../../renderer/player/turn.ts';
import { transformSchema, type Transform } from '#shared/rules/orientation/transforms.ts';
import { expect, openPair, sourceOf, test } from './fixture.ts';

test.describe.configure({ timeout: 90_000 });

/** Centres of the ten cells of the bar code, as the picture is stored. */
const cells = Array.from({ length: 10 }, (_, cell) => [(cell + 0.5) / 10, 1 / 16] as const);
/** The cells of a number: the guards and its eight bits. */
const bitsOf = (code: number): number[] => [1, ...Array.from({ length: 8 }, (_, bit) => (code >> (7 - bit)) & 1), 0];

type Color = readonly [number, number, number];
type Read = { readonly colors: readonly Color[]; readonly shape: number };

for (const surface of ['webgl2', '2d'] as const) {
  test(`each of the eight ways to lay a picture shows its bar code where it belongs (${surface})`, async ({
    player,
  }) => {
    await openPair(player, sourceOf('long'), sourceOf('longOther'), { surface, startFrame: 37 });
    for (const turn of transformSchema.options) {
      const points = cells.map(([u, v]) => shownPoint(turn, u, v));
      const read: Read = await player.evaluate(
        async ({ turn: wanted, points: at }) => {
          harness.comparison().setLook({ palette: 'grey' });
          harness.comparison().setSideLook('right', { turn: wanted as Transform });
          await harness.show(37);
          return { colors: at.map(([u, v]) => harness.pixelAt('right', u, v)), shape: harness.shapeOf('right') };
        },
        { turn, points },
      );
      expect(
        read.colors.map(([, green]) => (green > 128 ? 1 : 0)),
        turn,
      ).toEqual(bitsOf(37));
      const isLying = ['rotate_90', 'rotate_270', 'transpose', 'anti_transpose'].includes(turn);
      expect(read.shape > 1, turn).toBe(!isLying);
      // The other side stays as it is stored.
      const left = await player.evaluate((at) => at.map(([u, v]) => harness.pixelAt('left', u, v)), cells);
      expect(left.map(([, green]) => (green > 128 ? 1 : 0))).toEqual(bitsOf(37));
    }
  });

  test(`a colour map shows brightness alone, by one range on both sides, and near and far swapped (${surface})`, async ({
    player,
  }) => {
    await openPair(player, sourceOf('long'), sourceOf('longOther'), { surface, startFrame: 37 });
    const read = (look: object): Promise<Color[]> =>
      player.evaluate(
        async ({ look: wanted, at }) => {
          const { isInverted, ...rest } = wanted as { isInverted?: boolean };
          harness.comparison().setLook(rest);
          harness.comparison().setSideLook('left', { isInverted: isInverted === true });
          await harness.show(37);
          return at.map(([u, v]) => harness.pixelAt('left', u, v));
        },
        { look, at: cells },
      );
    const near = (color: Color, wanted: Color): void => {
      for (const [channel, value] of color.entries()) expect(Math.abs(value - wanted[channel]!)).toBeLessThanOrEqual(6);
    };
    const bits = bitsOf(37);
    const bright = bits.indexOf(1);
    const dark = bits.indexOf(0);
    // Stored 230 and 24 of a limited range are 249 and 9 of 255.
    const grey = await read({ palette: 'grey' });
    near(grey[bright]!, [249, 249, 249]);
    near(grey[dark]!, [9, 9, 9]);
    const swapped = await read({ palette: 'grey', isInverted: true });
    near(swapped[bright]!, [6, 6, 6]);
    near(swapped[dark]!, [246, 246, 246]);
    const viridis = await read({ palette: 'viridis', range: { low: 24 / 255, high: 230 / 255 } });
    near(viridis[bright]!, [0xfd, 0xe7, 0x25]);
    near(viridis[dark]!, [0x44, 0x01, 0x54]);
  });

  test(`a difference with its sign tells which side is brighter, a heat map how much (${surface})`, async ({
    player,
  }) => {
    await player.evaluate(
      async (options) => {
        await harness.open(options as never, 'stage');
        await harness.settled();
      },
      { left: sourceOf('long'), right: sourceOf('longOther'), surface },
    );
    const read = (style: 'signed' | 'heat'): Promise<Color[]> =>
      player.evaluate(
        async ({ style: wanted, at }) => {
          harness.comparison().setMode('difference');
          harness.comparison().setGain(1);
          harness.comparison().setLook({ differenceStyle: wanted });
          // Frame 38 of B beside frame 37 of A.
          harness.comparison().setMatch({ kind: 'auto', offset: 1 });
          await harness.show(37);
          return at.map(([u, v]) => harness.pixelAt('stage', u, v));
        },
        { style, at: cells },
      );
    const [a, b] = [bitsOf(37), bitsOf(38)];
    const signed = await read('signed');
    const heat = await read('heat');
    const told = signed.map(([red, , blue]) => Math.sign(Math.abs(red - blue) < 24 ? 0 : red - blue));
    expect(told).toEqual(b.map((bit, cell) => bit - a[cell]!));
    expect(heat.map((color) => (Math.max(...color) > 100 ? 1 : 0))).toEqual(
      b.map((bit, cell) => Math.abs(bit - a[cell]!)),
    );
    expect(told.filter((sign) => sign !== 0).length).toBeGreaterThan(1);
  });
}

test('a swap takes the look of each clip along, and what is under the pointer is what is seen there', async ({
  player,
}) => {
  await openPair(player, sourceOf('long'), sourceOf('longOther'), { startFrame: 37 });
  const { looks, probed } = await player.evaluate(
    async (points) => {
      const comparison = harness.comparison();
      comparison.setSideLook('left', { turn: 'rotate_90', isInverted: true });
      comparison.swap();
      await harness.show(37);
      return {
        looks: harness.state().look,
        probed: points.map(([u, v]) => comparison.probe(u, v).right!.luma),
      };
    },
    cells.map(([u, v]) => shownPoint('rotate_90', u, v)),
  );
  expect(looks.left).toEqual({ turn: 'identity', isInverted: false });
  expect(looks.right).toEqual({ turn: 'rotate_90', isInverted: true });
  expect(probed.map((luma) => (luma > 128 ? 1 : 0))).toEqual(bitsOf(37));
});
