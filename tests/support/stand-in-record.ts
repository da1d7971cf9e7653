import type { ElectronApplication } from '@playwright/test';
import type { StandInRecord } from './standin/state.ts';

/** Reads something of what the stand-in has recorded. The function runs in the app's process. */
export function readRecord<T>(application: ElectronApplication, read: (record: StandInRecord) => T): Promise<T> {
  return application.evaluate((_electron, source) => {
    const { standIn } = globalThis as unknown as { standIn: unknown };
    // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- a function can cross to the app's process as its text only
    return new Function('record', `return (${source})(record)`)(standIn) as T;
  }, read.toString());
}
