import type { ProofStep, ScheduleSlot } from '#shared/model/schedule.ts';
import type { StateShape } from '../../ui/state-mark.tsx';

export type Mark = { readonly shape: StateShape; readonly word: string };

const slotMarks: Readonly<Record<ScheduleSlot['state'], Mark>> = {
  running: { shape: 'running', word: 'Copying' },
  done: { shape: 'ok', word: 'Copied' },
  held: { shape: 'warn', word: 'Held' },
  failed: { shape: 'fail', word: 'Failed' },
  skipped: { shape: 'off', word: 'Skipped' },
  missed: { shape: 'warn', word: 'Missed' },
  interrupted: { shape: 'fail', word: 'Interrupted' },
};

/** What became of a slot. */
export const slotMarkOf = (slot: ScheduleSlot): Mark => slotMarks[slot.state];

const mirrorMarks: Readonly<Record<ScheduleSlot['mirror'], Mark | null>> = {
  off: null,
  waiting: { shape: 'running', word: 'Mirroring' },
  mirrored: { shape: 'ok', word: 'Mirrored' },
  failed: { shape: 'fail', word: 'Not mirrored' },
};

/** What became of its upload; null when there was none to make. */
export const mirrorMarkOf = (slot: ScheduleSlot): Mark | null => mirrorMarks[slot.mirror];

export const proofMarks: Readonly<Record<ProofStep['state'], Mark>> = {
  done: { shape: 'ok', word: 'Proved' },
  failed: { shape: 'fail', word: 'Failed' },
  not_reached: { shape: 'off', word: 'Not reached' },
};
