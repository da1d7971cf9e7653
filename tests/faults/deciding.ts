import { openTestCore } from '../support/test-core.ts';

/**
 * A room of its own that records one decision after the other until it is killed, and prints the event of each when it
 * was acknowledged: `deciding.ts <workspace> <run>`.
 */
const [workspace, runId] = process.argv.slice(2);
const core = await openTestCore(workspace!);
for (let i = 0; ; i++) {
  const { eventId } = await core.call('decisions.record', {
    subject: { kind: 'run', runId: runId! },
    value: { kind: 'note', note: `note ${i}` },
  });
  process.stdout.write(`${eventId}\n`);
}
