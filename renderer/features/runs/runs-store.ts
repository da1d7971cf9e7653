import { create } from 'zustand';
import type { MethodInput } from '#shared/contract/index.ts';
import type { GatesState, ProvenanceState, RunStatus } from '#shared/model/verdict.ts';

export type RunSort = NonNullable<MethodInput<'runs.list'>['sort']>;
export type SinceChoice = 'all' | 'day' | 'week' | 'month';

export type RunFilters = {
  readonly text: string;
  readonly facilityId: string | null;
  readonly status: readonly RunStatus[];
  readonly gates: readonly GatesState[];
  readonly provenance: readonly ProvenanceState[];
  readonly since: SinceChoice;
};

type RunsStore = {
  readonly filters: RunFilters;
  readonly sort: RunSort;
  readonly descending: boolean;
  readonly selectedId: string | null;
  /** At most two runs, the oldest mark first. */
  readonly marked: readonly string[];
};

export const noFilters: RunFilters = {
  text: '',
  facilityId: null,
  status: [],
  gates: [],
  provenance: [],
  since: 'all',
};

/** What a person chose on the Runs screen; it stays while other screens are looked at. */
export const useRuns = create<RunsStore>()(() => ({
  filters: noFilters,
  sort: 'startedAt',
  descending: true,
  selectedId: null,
  marked: [],
}));

export function setFilters(change: Partial<RunFilters>): void {
  useRuns.setState((state) => ({ filters: { ...state.filters, ...change } }));
}

export function setSort(sort: RunSort, descending: boolean): void {
  useRuns.setState({ sort, descending });
}

export function selectRun(selectedId: string | null): void {
  useRuns.setState({ selectedId });
}

const mostMarked = 2;

/** Marks a run for a comparison or takes the mark away; a third mark replaces the oldest. */
export function toggleMark(runId: string): void {
  useRuns.setState(({ marked }) => ({
    marked: marked.includes(runId) ? marked.filter((id) => id !== runId) : [...marked, runId].slice(-mostMarked),
  }));
}

/** Lets go of ids of another workspace. */
export function forgetMarkedRuns(): void {
  useRuns.setState({ marked: [], selectedId: null, filters: noFilters });
}

export function isFiltered(filters: RunFilters): boolean {
  return (
    filters.text !== '' ||
    filters.facilityId !== null ||
    filters.status.length > 0 ||
    filters.gates.length > 0 ||
    filters.provenance.length > 0 ||
    filters.since !== 'all'
  );
}

const dayMs = 86_400_000;
const sinceDays: Record<Exclude<SinceChoice, 'all'>, number> = { day: 1, week: 7, month: 30 };

/** The filters as the room's question. `nowMs` should be rounded, so that the question stays the same for a while. */
export function listInputOf(
  filters: RunFilters,
  sort: RunSort,
  descending: boolean,
  nowMs: number,
): MethodInput<'runs.list'> {
  return {
    sort,
    descending,
    ...(filters.text.trim() === '' ? {} : { text: filters.text.trim() }),
    ...(filters.facilityId === null ? {} : { facilityId: filters.facilityId }),
    ...(filters.status.length === 0 ? {} : { status: [...filters.status] }),
    ...(filters.gates.length === 0 ? {} : { gates: [...filters.gates] }),
    ...(filters.provenance.length === 0 ? {} : { provenance: [...filters.provenance] }),
    ...(filters.since === 'all' ? {} : { since: new Date(nowMs - sinceDays[filters.since] * dayMs).toISOString() }),
  };
}
