import { appendFileSync } from 'node:fs';
import { test } from 'vitest';
import { incidentNames } from './names.ts';

/** What each way came to, in a few words that were measured by the test. */
export type BothWays = { readonly old: string; readonly room: string };

/**
 * One of the nineteen: the test makes it happen the old way, and shows that the room does not let it.
 * `npm run test:incidents` prints what came of it.
 */
export function incident(id: keyof typeof incidentNames, both: () => Promise<BothWays>): void {
  test.skipIf(process.platform !== 'linux')(
    `${id} ${incidentNames[id]}`,
    async () => {
      const { old, room } = await both();
      const report = process.env['ROOM_INCIDENTS_REPORT'];
      if (report !== undefined)
        appendFileSync(report, `ok ${id} ${incidentNames[id]}: old way ${old} / room ${room}\n`);
    },
    300_000,
  );
}
