import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { snapshotTagSchema } from '#shared/model/snapshot.ts';
import { syncFolder, writeDurably } from './durable.ts';
import type { Layout } from './layout.ts';
import { writeLedger, type Ledger } from './ledger.ts';

const commitSchema = z.object({ tag: snapshotTagSchema, movesCurrent: z.boolean() });

/**
 * Puts a staged tree into place: read-only, under its tag, and `current` last. Whatever happens between two of
 * these steps, the snapshot before is whole; the next pull finishes what was begun.
 */
export function commitTree(
  layout: Layout,
  commit: { readonly tag: string; readonly movesCurrent: boolean; readonly ledger: Ledger },
): void {
  protectFolders(layout.tree);
  writeDurably(layout.commit, JSON.stringify({ tag: commit.tag, movesCurrent: commit.movesCurrent }));
  renameSync(layout.tree, join(layout.room, commit.tag));
  syncFolder(layout.room);
  // The top folder itself only now: a folder that can not be written can not be moved everywhere.
  chmodSync(join(layout.room, commit.tag), 0o555);
  writeLedger(layout, commit.ledger);
  if (commit.movesCurrent) moveCurrent(layout, commit.tag);
  removeTree(layout.staging);
}

/** What is being removed has a name of its own, so that half of it is never found in the place of a snapshot. */
export const leavingPrefix = '.removing-';

/** Finishes a commit and a removal that a crash cut short. @returns the tag that was put into place by it. */
export function finishCommit(layout: Layout): string | null {
  for (const name of readdirSync(layout.room)) if (name.startsWith(leavingPrefix)) removeTree(join(layout.room, name));
  let text: string;
  try {
    text = readFileSync(layout.commit, 'utf8');
  } catch {
    return null;
  }
  const parsed = commitSchema.safeParse(JSON.parse(text));
  if (parsed.success && existsSync(join(layout.room, parsed.data.tag)) && !existsSync(layout.tree)) {
    const { tag, movesCurrent } = parsed.data;
    chmodSync(join(layout.room, tag), 0o555);
    if (movesCurrent) moveCurrent(layout, tag);
    removeTree(layout.staging);
    return tag;
  }
  rmSync(layout.commit, { force: true });
  return null;
}

/** A rename puts one link in place of the other: there is no moment without one. */
export function moveCurrent(layout: Layout, tag: string): void {
  const unfinished = join(layout.room, '.current.tmp');
  rmSync(unfinished, { force: true });
  symlinkSync(tag, unfinished);
  renameSync(unfinished, layout.current);
  syncFolder(layout.room);
}

/** Folders below the top one lose their write bit, so that nothing is added to a snapshot by mistake. */
function protectFolders(top: string): void {
  for (const entry of readdirSync(top, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const path = join(top, entry.name);
    protectFolders(path);
    chmodSync(path, 0o555);
  }
}

/** Takes a snapshot's folder away, write bits or not. */
export function removeTree(path: string): void {
  if (!existsSync(path)) return;
  const open = (folder: string): void => {
    chmodSync(folder, 0o755);
    for (const entry of readdirSync(folder, { withFileTypes: true }))
      if (entry.isDirectory()) open(join(folder, entry.name));
  };
  open(path);
  rmSync(path, { recursive: true, force: true });
}
