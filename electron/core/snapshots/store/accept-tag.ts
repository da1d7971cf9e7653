import { finishCommit, moveCurrent } from './commit.ts';
import { layoutOf } from './layout.ts';
import { readLedger, writeLedger } from './ledger.ts';
import { lockPull } from './pull-lock.ts';

/** Makes a held snapshot the one that stands, and the machine that it is of the right one. */
export function acceptTag(snapshot: {
  readonly roomFolder: string;
  readonly instanceId: string;
  readonly tag: string;
}): null {
  const layout = layoutOf(snapshot.roomFolder);
  const lock = lockPull(layout, snapshot.instanceId);
  try {
    finishCommit(layout);
    moveCurrent(layout, snapshot.tag);
    const ledger = readLedger(layout);
    if (ledger !== null) writeLedger(layout, { ...ledger, machine: ledger.seenMachine });
  } finally {
    lock.release();
  }
  return null;
}
