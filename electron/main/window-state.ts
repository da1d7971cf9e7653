import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { firstWindowState, windowStateSchema, type WindowState } from './window-place.ts';

export type WindowStateStore = {
  readonly current: () => WindowState;
  /** Never throws: a window that opens elsewhere next time is no fault worth a word. */
  save(change: Partial<WindowState>): void;
};

export function openWindowState(path: string): WindowStateStore {
  let current = read(path);
  return {
    current: () => current,
    save(change) {
      current = { ...current, ...change };
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        writeFileSync(`${path}.tmp`, JSON.stringify(current), { mode: 0o600 });
        renameSync(`${path}.tmp`, path);
      } catch {
        // See above.
      }
    },
  };
}

function read(path: string): WindowState {
  try {
    return windowStateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return firstWindowState;
  }
}
