/** One measured figure, as `npm run bench` prints it: one line of JSON. */
export type Figure = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it is measured beside, in the same run: `{ name, value }` in the same unit, or null when the goal is absolute. */
  readonly beside: { readonly name: string; readonly value: number } | null;
  /** The goal in words, such as `at most 0.20 of <video>`. */
  readonly goal: string | null;
  /** Null when there is no goal, or when the figure could not be measured here. */
  readonly met: boolean | null;
};

export type BenchOptions = {
  /** The long run: more clips, more rounds. */
  readonly full: boolean;
};

/** A bench reports each figure as soon as it has it. */
export type Bench = (options: BenchOptions, report: (figure: Figure) => void) => Promise<void>;
