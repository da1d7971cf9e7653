export { createFrameBudget, type FrameBudget } from './budget.ts';
export { createComparison, Comparison, type ComparisonOptions, type Painted } from './comparison.ts';
export type { CellState } from './pairing.ts';
export type { PaneName } from './pane-set.ts';
export { playRates } from './clock.ts';
export { thumbnail, type PixelValue } from './color.ts';
export { fpsOf, slotSeconds } from './frame-table.ts';
export type { Match, MatchChoice, MatchRule } from './match.ts';
export type { ClipFacts } from './messages.ts';
export {
  compareModes,
  type CompareMode,
  type ComparisonState,
  type SideMark,
  type SideName,
  type SideState,
} from './state.ts';
export type {
  ClipMedia,
  ClipSource,
  FramePlanes,
  PlayerErrorCode,
  PlayerFault,
  SlotReason,
  SlotState,
} from './types.ts';
export { PlayerError } from './types.ts';
export { fitView } from './view.ts';
