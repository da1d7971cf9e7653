import { bytesOf } from './content.ts';
import { oddFolders, oddNames } from './odd-names.ts';
import type { RemoteTree } from './remote-tree.ts';
import type { Dice } from './seeds.ts';

const mebibyte = 1024 * 1024;

/** Puts files without a byte, with holes, and with odd names into odd folders. @returns their sizes, in bytes. */
export function putOddFiles(tree: RemoteTree, dice: Dice): readonly number[] {
  const sizes: number[] = [];
  const noise = (length: number): Buffer => bytesOf(`${dice.whole(0, 2 ** 31)}`, length);
  for (const name of oddNames) {
    const bytes = noise(dice.pick([0, 1, dice.whole(2, 511), dice.whole(512, 90_000)]));
    tree.replace(`${dice.pick(['odd', ...oddFolders])}/${name}`, bytes);
    sizes.push(bytes.length);
  }
  // One that had bytes has none any more, one that is holes only, and large ones, which travel in ranges.
  tree.replace('emptied', noise(4000));
  tree.truncate('emptied', 0);
  for (const [i, length] of [dice.whole(1, 9) * 4096, dice.whole(100_000, 3_000_000), 0].entries()) {
    const size = length > 0 ? length : dice.whole(8 * mebibyte, 11 * mebibyte);
    const islands = Array.from({ length: i === 0 ? 0 : dice.whole(1, 5) }, () => {
      const bytes = noise(dice.whole(1, 70_000));
      return { at: dice.whole(0, Math.max(0, size - bytes.length)), bytes };
    });
    tree.putSparse(`${dice.pick(oddFolders)}/holes ${i}`, size, islands);
    sizes.push(size);
  }
  return sizes;
}
