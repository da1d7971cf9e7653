import type { ReactNode } from 'react';
import type { ScheduleSlot } from '#shared/model/schedule.ts';
import { classes } from '../../ui/classes.ts';
import { formatExact, plural } from '../../ui/format.ts';
import { slotMarkOf } from './words.ts';

/** The newest slots as cells, the oldest on the left. Slots in a row with one fate are one cell with their number. */
export function SlotStrip({ slots }: { readonly slots: readonly ScheduleSlot[] }): ReactNode {
  const counts = new Map<string, number>();
  for (const slot of slots) {
    const { word } = slotMarkOf(slot);
    counts.set(word, (counts.get(word) ?? 0) + slot.count);
  }
  const words = [...counts].map(([word, count]) => `${count} ${word.toLowerCase()}`).join(', ');
  return (
    <div className="slotstrip" role="img" aria-label={`${plural(slots.length, 'entry', 'entries')}: ${words}`}>
      {slots.toReversed().map((slot) => (
        <span
          key={slot.slotAt}
          // A copy that should be in the bucket and is not is no good slot.
          className={classes('slot', slot.state === 'done' && slot.mirror === 'failed' ? 'failed' : slot.state)}
          title={`${formatExact(slot.slotAt)} UTC: ${slotMarkOf(slot).word.toLowerCase()}. ${slot.because}`}
        >
          {slot.count === 1 ? null : slot.count}
        </span>
      ))}
    </div>
  );
}
