import { readFileSync } from 'node:fs';

/** Every byte value in a file of blocks of one byte each. */
export function versionsIn(path: string): Set<number> {
  const bytes = readFileSync(path);
  const seen = new Set<number>();
  for (let i = 0; i < bytes.length; i += 4096) seen.add(bytes[i]!);
  return seen;
}

/**
 * What a copy of the rewritten file is. `before`: the file as it was before anybody rewrote it. `moment`: as it stood
 * at one moment while it was rewritten, which a copy may be when the writer was held up for as long as the copy took.
 * `torn`: of several moments.
 */
export function copiedState(path: string, blockBytes: number): 'before' | 'moment' | 'torn' {
  const bytes = readFileSync(path);
  const blocks: number[] = [];
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const block = bytes.subarray(at, at + blockBytes);
    if (block.some((byte) => byte !== block[0])) return 'torn';
    blocks.push(block[0]!);
  }
  if (blocks.every((byte) => byte === 0)) return 'before';
  // Each block is written one after the one before it; where the writer is, the last pass stands.
  const steps = blocks.slice(1).map((byte, at) => (byte - blocks[at]! + 500) % 250);
  const breaks = steps.filter((step) => step !== 1);
  const jump = (500 + 1 - blocks.length) % 250;
  return breaks.length === 0 || (breaks.length === 1 && breaks[0] === jump) ? 'moment' : 'torn';
}
