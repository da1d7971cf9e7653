import { findBars, gridWidth, reduce, wholePicture, type Crop, type Grid, type LumaPlane } from './grid.ts';

/** Evenly spaced frames that are looked at. */
const wantedPairs = 16;

/** `count` places, evenly spaced over `length`, the middle of each part. */
export function evenPlaces(length: number, count: number = wantedPairs): readonly number[] {
  const taken = Math.min(length, count);
  return Array.from({ length: taken }, (_, part) => Math.floor(((part + 0.5) * length) / taken));
}

/** The two sides may differ by this much in shape before they can not be laid on each other: two resizes and rounding. */
const shapeTolerance = 0.06;

/**
 * Both clips' frames on grids that can be laid on each other, letterbox bars cut off. The control's grid lies
 * as its picture does; where only swapped sides fit, its grid has them swapped.
 */
export function toGrids(
  control: readonly LumaPlane[],
  input: readonly LumaPlane[],
): { readonly control: readonly Grid[]; readonly input: readonly Grid[] } {
  const crops = cropsOf(control, input);
  const inputShape = crops.input.width / crops.input.height;
  const controlShape = crops.control.width / crops.control.height;
  const isSquare = isNear(inputShape, 1) && isNear(controlShape, 1);
  const size = { width: gridWidth, height: isSquare ? gridWidth : Math.max(8, Math.round(gridWidth / inputShape)) };
  const isLying = !isNear(controlShape, inputShape) && isNear(1 / controlShape, inputShape);
  const ownSize = { width: gridWidth, height: Math.max(8, Math.round(gridWidth / controlShape)) };
  const controlSize = isLying
    ? { width: size.height, height: size.width }
    : isNear(controlShape, inputShape)
      ? size
      : ownSize;
  return {
    control: control.map((frame) => reduce(frame, crops.control, controlSize)),
    input: input.map((frame) => reduce(frame, crops.input, size)),
  };
}

const isNear = (a: number, b: number): boolean => Math.abs(a / b - 1) <= shapeTolerance;

/**
 * Bars are cut only where they are bars: a flat edge of the scene is none. It stays where both whole pictures have one
 * shape and about as much would be left of both, because cuts that differ by little put the pictures out of place.
 */
function cropsOf(control: readonly LumaPlane[], input: readonly LumaPlane[]): { control: Crop; input: Crop } {
  const whole = { control: wholePicture(control[0]!), input: wholePicture(input[0]!) };
  const cut = { control: findBars(control), input: findBars(input) };
  const shape = (crop: Crop): number => crop.width / crop.height;
  const fits = (a: Crop, b: Crop): boolean => isNear(shape(a), shape(b)) || isNear(1 / shape(a), shape(b));
  if (!fits(whole.control, whole.input)) return cut;
  const leftOf = (side: 'control' | 'input'): number =>
    (cut[side].width * cut[side].height) / (whole[side].width * whole[side].height);
  return isNear(leftOf('control'), leftOf('input')) || !fits(cut.control, cut.input) ? whole : cut;
}
