import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { snapshotTagSchema } from '#shared/model/snapshot.ts';
import { writeDurably } from './durable.ts';
import type { Layout } from './layout.ts';

export const sightSchema = z.tuple([z.number(), z.string(), z.string(), z.string()]);
const machineSchema = z.object({ hostName: z.string(), hostKey: z.string().nullable() });
const layerSchema = z.object({
  tag: snapshotTagSchema,
  manifestSha256: z.string(),
  /** Size, mtime, ctime, inode of each remote path as it was when its copy was verified. */
  sights: z.record(z.string(), sightSchema),
});
export type LedgerLayer = z.infer<typeof layerSchema>;

const ledgerSchema = z.object({
  schema: z.literal(1),
  /** The machine of the snapshot that stands. */
  machine: machineSchema,
  /** The machine that answered last: another one while a pull is held for it. */
  seenMachine: machineSchema,
  /** The newest snapshot, and the one that stands where that is another. */
  layers: z.array(layerSchema).max(2),
});

/**
 * How every file stood when its copy was verified: what a listing is compared with. It says more than a
 * manifest does (inode and ctime), may be lost, and is then made again by comparing hashes.
 */
export type Ledger = z.infer<typeof ledgerSchema>;
export type LedgerSight = z.infer<typeof sightSchema>;

/** Null when there is none or it can not be read. */
export function readLedger(layout: Layout): Ledger | null {
  try {
    const parsed = ledgerSchema.safeParse(JSON.parse(readFileSync(layout.ledger, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

export function writeLedger(layout: Layout, ledger: Ledger): void {
  writeDurably(layout.ledger, JSON.stringify(ledger));
}

/** A held pull does not say which machine is the right one, and takes nothing of what is known of the files that stand. */
export function ledgerWith(
  layer: LedgerLayer,
  before: Ledger | null,
  seen: Ledger['machine'],
  isSettled: boolean,
): Ledger {
  const others = isSettled ? [] : (before?.layers ?? []).filter((each) => each.tag !== layer.tag).slice(-1);
  return {
    schema: 1,
    machine: isSettled ? seen : (before?.machine ?? seen),
    seenMachine: seen,
    layers: [layer, ...others],
  };
}
