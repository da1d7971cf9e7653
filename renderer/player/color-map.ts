import type { LevelRange, Palette } from './look.ts';
import type { FramePlanes } from './types.ts';

/** RGBA of each of the 256 levels, four bytes each. The same table is kept for the same wish: it can be compared by identity. */
export type ColorMap = Uint8ClampedArray<ArrayBuffer>;

/** Even steps along each map, as its authors publish it; between them the colour is mixed. */
const anchors = {
  grey: [0x000000, 0xffffff],
  turbo: [
    0x30123b, 0x4145ab, 0x4675ed, 0x39a2fc, 0x1bcfd4, 0x24eca6, 0x61fc6c, 0xa4fc3b, 0xd1e834, 0xf3c63a, 0xfe9b2d,
    0xf36315, 0xd93806, 0xb11901, 0x7a0402,
  ],
  viridis: [0x440154, 0x482878, 0x3e4989, 0x31688e, 0x26828e, 0x1f9e89, 0x35b779, 0x6ece58, 0xb5de2b, 0xfde725],
  /** Equal is black. */
  heat: [0x000000, 0x3b0f70, 0x8c2981, 0xde4968, 0xfe9f6d, 0xfcfdbf],
  /** Equal is grey; blue where the second side is darker, orange where it is brighter. */
  signed: [0x2b7bff, 0x3a5f9e, 0x808080, 0xa8682c, 0xff8a1f],
} as const satisfies Readonly<Record<string, readonly number[]>>;
type MapName = keyof typeof anchors;

function colorAt(name: MapName, share: number): readonly [number, number, number] {
  const steps: readonly number[] = anchors[name];
  const place = Math.min(1, Math.max(0, share)) * (steps.length - 1);
  const from = Math.min(steps.length - 2, Math.floor(place));
  const part = place - from;
  const mix = (shift: number): number =>
    ((steps[from]! >> shift) & 255) * (1 - part) + ((steps[from + 1]! >> shift) & 255) * part;
  return [mix(16), mix(8), mix(0)];
}

const kept = new Map<string, ColorMap>();

function keep(key: string, shareOf: (level: number) => number, name: MapName): ColorMap {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const map = new Uint8ClampedArray(256 * 4);
  for (let level = 0; level < 256; level += 1) map.set([...colorAt(name, shareOf(level)), 255], level * 4);
  // Ranges that are dragged make many of them: the oldest goes.
  if (kept.size > 64) kept.delete(kept.keys().next().value!);
  kept.set(key, map);
  return map;
}

/** Stored luma of 0 to 255 as brightness of 0 to 1, by the range that the file says it uses. */
export function brightnessOf(luma: number, isFullRange: boolean): number {
  return isFullRange ? luma / 255 : (luma - 16) / 219;
}

/** What each stored luma of a picture is shown as; null for `colour`, which is no matter of luma alone. */
export function paletteMap(
  palette: Palette,
  range: LevelRange,
  isInverted: boolean,
  { layout, color }: Pick<FramePlanes, 'layout' | 'color'>,
): ColorMap | null {
  if (palette === 'colour') return null;
  const isFullRange = layout === 'rgba' || color.fullRange;
  const span = Math.max(range.high - range.low, 1 / 255);
  const key = `${palette} ${range.low} ${range.high} ${isInverted} ${isFullRange}`;
  return keep(
    key,
    (level) => {
      const brightness = brightnessOf(level, isFullRange);
      return ((isInverted ? 1 - brightness : brightness) - range.low) / span;
    },
    palette,
  );
}

/** What each size of a difference (0 to 255 after its gain) is shown as. */
export const heatMap = (): ColorMap => keep('heat', (level) => level / 255, 'heat');
/** What a difference is shown as: level 128 is none, below it the second side is darker. */
export const signedMap = (): ColorMap => keep('signed', (level) => level / 255, 'signed');

/** A map as CSS, for its scale: dark end first. */
export function mapGradient(name: MapName): string {
  const steps: readonly number[] = anchors[name];
  return `linear-gradient(to right, ${steps.map((step) => `#${step.toString(16).padStart(6, '0')}`).join(', ')})`;
}
