export { createFrameBudget } from './budget.ts';
export { createComparison, Comparison, type ComparisonOptions, type Painted } from './comparison.ts';
export type { CellState } from './pairing.ts';
export type { PaneName } from './pane-set.ts';
export { thumbnail, type PixelValue } from './color.ts';
export { mapGradient } from './color-map.ts';
export { fitRange } from './level-range.ts';
export {
  asStored,
  differenceStyles,
  fullRange,
  palettes,
  type DifferenceStyle,
  type Look,
  type Palette,
  type SideLook,
} from './look.ts';
export { MetricSeries, type MetricValues } from './metric-series.ts';
export { suggestOffset, type OffsetSuggestion } from './suggest-offset.ts';
export { fpsOf } from './frame-table.ts';
export type { Match } from './match.ts';
export {
  compareModes,
  type CompareMode,
  type ComparisonState,
  type SideMark,
  type SideName,
  type SideState,
} from './state.ts';
export { turnedSize } from './turn.ts';
export type { ClipSource, SlotReason } from './types.ts';
export { fitView } from './view.ts';
