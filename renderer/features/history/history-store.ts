import { create } from 'zustand';
import type { LogLevel, SearchHit } from '#shared/model/log.ts';

export type HitKind = SearchHit['kind'];

type HistoryStore = {
  readonly kinds: readonly HitKind[];
  readonly levels: readonly LogLevel[];
  readonly stageKey: string | null;
  readonly limit: number;
};

export const firstLimit = 100;

export const useHistorySearch = create<HistoryStore>()(() => ({
  kinds: [],
  levels: [],
  stageKey: null,
  limit: firstLimit,
}));

export function setHistorySearch(change: Partial<HistoryStore>): void {
  useHistorySearch.setState(change);
}
