import type { MessageBoxOptions } from 'electron';
import { guardWords, lineOf, rateWords, runningItems, type FleetSight } from './fleet-words.ts';

/** Buttons in this order; the safe one is the default, and Escape. */
export const quitButton = 0;

/**
 * What is asked before the app ends: what runs, what it costs and what goes on guarding it without the room.
 * @returns null when nothing runs that is really billed.
 */
export function quitWarning(sight: FleetSight): MessageBoxOptions | null {
  // Where no list was ever read, this room has launched and guards nothing.
  if (sight.kind !== 'read') return null;
  const { view } = sight;
  const running = view.source === 'simulated' ? [] : runningItems(view);
  if (running.length === 0) return null;
  const rates = running.map((item) => item.burnRatePerHourUsd);
  const rate = rates.includes(null) ? null : rates.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  const machines = running.length === 1 ? '1 machine runs' : `${running.length} machines run`;
  const stale = view.stale ? [`Last known state of ${view.observedAt}; it may be different by now.`] : [];
  return {
    type: 'warning',
    buttons: ['Quit', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
    message: `${machines}, ${rateWords(rate)}`,
    detail: [
      ...stale,
      ...running.map((item) => `${lineOf(item)}; ${guardWords(item)}.`),
      '',
      'Quitting stops no machine. The guards and pulls of this room stop with it.',
    ].join('\n'),
  };
}
