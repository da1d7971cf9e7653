import { bytesOf } from './content.ts';
import { putOddFiles } from './odd-files.ts';
import { oddNames } from './odd-names.ts';
import type { RemoteTree } from './remote-tree.ts';
import type { Dice } from './seeds.ts';

const folders = ['', 'kitchen_0787/', 'kitchen_0787/renders/', 'logs/', 'a b/'];

/** The first state of a machine: small files of all kinds, odd names among them, links, a sparse and an empty file. */
export function fillTree(tree: RemoteTree, dice: Dice): void {
  const count = dice.whole(6, 25);
  for (let i = 0; i < count; i++) {
    const path = `${dice.pick(folders)}${dice.chance(0.4) ? `${i}_${dice.pick(oddNames)}`.slice(0, 250) : `file_${i}.bin`}`;
    tree.replace(path, bytesOf(`${dice.whole(0, 2 ** 31)}`, sizeOf(dice)));
  }
  for (const name of oddNames) if (dice.chance(0.5)) tree.replace(`odd/${name}`, bytesOf(name, dice.whole(0, 3000)));
  if (dice.chance(0.6)) tree.replace('empty', Buffer.alloc(0));
  if (dice.chance(0.6)) {
    tree.replace('sparse.bin', bytesOf('sparse', 10));
    tree.truncate('sparse.bin', dice.whole(20_000, 2_000_000));
  }
  if (dice.chance(0.6)) tree.link('latest', 'kitchen_0787/renders');
  if (dice.chance(0.3)) tree.link('dangling', '/no/such/place');
}

/** What a run does between two pulls: new files, longer logs, files that are other ones. Nothing important goes. */
export function changeTree(
  tree: RemoteTree,
  dice: Dice,
  options: { readonly round: number; readonly largeMib: number; readonly hasOdd: boolean },
): { readonly neededBytes: number; readonly largestBytes: number } {
  let neededBytes = 0;
  let largestBytes = 0;
  const put = (path: string, bytes: Buffer): void => {
    tree.replace(path, bytes);
    neededBytes += bytes.length;
    largestBytes = Math.max(largestBytes, bytes.length);
  };
  const name = (): string => `${dice.whole(0, 2 ** 31)}`;
  for (let i = 0, count = dice.whole(4, 20); i < count; i++)
    put(`${dice.pick(folders)}round_${options.round}_${i}.bin`, bytesOf(name(), dice.whole(1000, 120_000)));
  for (const path of tree.files())
    if (tree.isFile(path) && dice.chance(0.15)) put(path, bytesOf(name(), dice.whole(0, 60_000)));
  const log = bytesOf(name(), dice.whole(100, 40_000));
  tree.append('logs/run_all.log', log);
  neededBytes += log.length;
  if (options.hasOdd)
    for (const sizeBytes of putOddFiles(tree, dice.apart('odd'))) {
      neededBytes += sizeBytes;
      largestBytes = Math.max(largestBytes, sizeBytes);
    }
  if (options.largeMib > 0) put(`model_${options.round}.distcp`, bytesOf(name(), options.largeMib * 1024 * 1024));
  return { neededBytes, largestBytes };
}

const sizeOf = (dice: Dice): number => (dice.chance(0.85) ? dice.whole(0, 9000) : dice.whole(9000, 400_000));
