/** The kinds of picture in an ICNS file that hold a PNG, by their side in pixels. Retina kinds are twice as large. */
const kinds: readonly (readonly [kind: string, side: number])[] = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic08', 256],
  ['ic13', 256],
  ['ic09', 512],
  ['ic14', 512],
  ['ic10', 1024],
];

/**
 * An ICNS file out of square PNGs, by their side in pixels: four letters and the length in bytes before
 * the whole, and before each picture.
 */
export function formatIcns(pngs: ReadonlyMap<number, Buffer>): Buffer {
  const pictures = kinds.map(([kind, side]) => {
    const png = pngs.get(side);
    if (png === undefined) throw new Error(`There is no picture of ${side} pixels.`);
    return block(kind, png);
  });
  return block('icns', Buffer.concat(pictures));
}

function block(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32BE(content.length + 8, 4);
  return Buffer.concat([head, content]);
}
