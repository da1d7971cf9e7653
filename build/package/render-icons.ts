import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { inRoot } from '../steps/paths.mjs';
import { formatIcns } from './icns.ts';

/*
 * Makes resources/icons/*.png and resources/icon.icns out of the drawings. Run by hand when a drawing
 * changed, with an ffmpeg that reads SVG (Debian's does): node build/package/render-icons.ts
 */
const sides = [16, 32, 64, 128, 256, 512, 1024];
const folder = inRoot('resources', 'icons');

mkdirSync(folder, { recursive: true });
const pngs = new Map<number, Buffer>();
for (const side of sides) {
  const drawing = inRoot('resources', side <= 32 ? 'icon-small.svg' : 'icon.svg');
  const png = `${folder}/${side}x${side}.png`;
  const size = ['-width', String(side), '-height', String(side)];
  const out = [
    '-frames:v',
    '1',
    '-pix_fmt',
    'rgba',
    '-compression_level',
    '100',
    '-pred',
    'mixed',
    '-map_metadata',
    '-1',
  ];
  const ran = spawnSync('ffmpeg', ['-v', 'error', '-y', ...size, '-i', drawing, ...out, '-bitexact', png]);
  if (ran.status !== 0) throw new Error(`${drawing} could not be drawn: ${ran.error?.message ?? String(ran.stderr)}`);
  pngs.set(side, readFileSync(png));
}
writeFileSync(inRoot('resources', 'icon.icns'), formatIcns(pngs));
