import { create } from 'zustand';
import type { LogLevel } from '#shared/model/log.ts';

export type LogLevelChoice = 'all' | 'warnings' | 'errors';

type LogStore = {
  readonly levels: LogLevelChoice;
  readonly text: string;
  /** Shows only the lines of the open stage. */
  readonly followsStage: boolean;
};

export const useLogView = create<LogStore>()(() => ({ levels: 'all', text: '', followsStage: false }));

export const levelsOf: Record<LogLevelChoice, readonly LogLevel[] | null> = {
  all: null,
  warnings: ['WARNING', 'ERROR', 'CRITICAL'],
  errors: ['ERROR', 'CRITICAL'],
};

export function setLogView(change: Partial<LogStore>): void {
  useLogView.setState(change);
}
