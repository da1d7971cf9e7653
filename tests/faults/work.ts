import { readdirSync, readFileSync } from 'node:fs';
import type { MethodInput } from '#shared/contract/index.ts';
import type { SnapshotItem } from '#shared/contract/snapshots.ts';
import { toErrorPayload } from '#shared/errors.ts';
import type { TestCore } from '../support/test-core.ts';
import { lookAround, type Book } from './book.ts';
import type { PullResult, World } from './world.ts';

export type PullOutcome =
  | { readonly kind: 'stored'; readonly result: PullResult }
  | { readonly kind: 'held'; readonly item: SnapshotItem }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

/** Longer than the patience of a pull with a silent machine, which is a minute for each thing it waits for. */
const longestMs = 240_000;

/** Pulls, and writes down what was promised. Never throws. */
export async function pull(
  world: World,
  book: Book,
  more: Partial<MethodInput<'snapshots.pull'>> = {},
  core?: TestCore,
): Promise<PullOutcome> {
  const outcome = await tried(book, 'the pull', async (): Promise<PullOutcome> => {
    const opened = core ?? (await world.open());
    return { kind: 'stored', result: await opened.call('snapshots.pull', world.pullInput(more)) };
  });
  if (outcome.kind === 'stored') book.snapshots.set(outcome.result.tag, outcome.result.id);
  if (outcome.kind === 'held') book.snapshots.set(outcome.item.tag, outcome.item.id);
  lookAround(world, book);
  return outcome;
}

export type PushOutcome =
  | { readonly kind: 'mirrored'; readonly tag: string }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

/** Mirrors a snapshot; the key may be in no command line meanwhile. */
export async function push(world: World, book: Book, snapshotId: string): Promise<PushOutcome> {
  const watch = setInterval(() => lookForKey(world, book), 40);
  try {
    const outcome = await tried(book, 'the push', async (): Promise<PushOutcome> => {
      const opened = await world.open();
      const { tag } = await opened.call('mirror.push', { snapshotId });
      return { kind: 'mirrored', tag };
    });
    if (outcome.kind === 'mirrored') book.mirrored.add(outcome.tag);
    lookAround(world, book);
    return outcome as PushOutcome;
  } finally {
    clearInterval(watch);
  }
}

type Failed = { readonly kind: 'failed'; readonly code: string; readonly message: string };

async function tried<T extends { readonly kind: string }>(
  book: Book,
  what: string,
  act: () => Promise<T>,
): Promise<T | Failed | { readonly kind: 'held'; readonly item: SnapshotItem }> {
  let timer: NodeJS.Timeout | undefined;
  const isOver = new Promise<Failed>((resolve) => {
    timer = setTimeout(() => {
      book.violations.push({ invariant: 'hung', what: `${what} did not end within ${longestMs / 1000} s` });
      resolve({ kind: 'failed', code: 'hung', message: '' });
    }, longestMs);
  });
  try {
    return await Promise.race([act(), isOver]);
  } catch (thrown) {
    const { code, message, details } = toErrorPayload(thrown);
    if (code === 'held') return { kind: 'held', item: details!['snapshot'] as SnapshotItem };
    if (code === 'internal')
      book.violations.push({
        invariant: 'words',
        what: `${what} failed without words: ${String((thrown as Error).stack)}`,
      });
    return { kind: 'failed', code, message };
  } finally {
    clearTimeout(timer);
  }
}

/** I8 while it happens: what a process is started with can be read by everybody. */
function lookForKey(world: World, book: Book): void {
  if (world.bucket === null) return;
  const { key, keyId } = world.bucket.key;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    let line = '';
    try {
      line = readFileSync(`/proc/${name}/cmdline`, 'utf8');
    } catch {
      // It ended.
    }
    if (line.includes(key) || line.includes(keyId))
      book.violations.push({ invariant: 'I8', what: `the key is in a command line: ${line.slice(0, 60)}…` });
  }
}
