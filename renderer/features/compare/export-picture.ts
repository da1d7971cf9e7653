import { palettes, type ComparisonState } from '../../player/index.ts';
import { differenceWords, paletteWords, sideLookWords } from './look-words.ts';
import type { Subject } from './subject.ts';
import { modeWords } from './use-player-commands.ts';

const captionLinePx = 20;
const fontPx = 13;

/** What stands under each picture: whose it is, which frame, and whatever of it is not as stored. */
export function captionOf(
  letter: string,
  subject: Subject,
  state: ComparisonState,
  side: 'left' | 'right',
): readonly string[] {
  const shown = state[side];
  const frame =
    shown === null || shown.frame === null
      ? 'no frame'
      : `frame ${shown.frame}${subject.source.trimStartFrame === null ? '' : `, source frame ${shown.sourceFrame}`}`;
  const look = [
    ...(state.look.palette === palettes[0] ? [] : [`colours: ${paletteWords[state.look.palette]}`]),
    sideLookWords(state.look[side], state.look.palette),
  ].filter((part) => part !== null);
  return [`${letter}  ${subject.name}, ${subject.detail}`, [frame, ...look].join(', ')];
}

/** The pictures on the screen in one, with what they are written under them. */
export async function exportPicture(
  canvases: readonly HTMLCanvasElement[],
  captions: readonly (readonly string[])[],
  state: ComparisonState,
): Promise<Blob> {
  const gap = canvases.length > 1 ? 2 : 0;
  const width = canvases.reduce((sum, canvas) => sum + canvas.width, gap * (canvases.length - 1));
  const height = Math.max(...canvases.map((canvas) => canvas.height));
  const lines = state.mode === 'side' ? Math.max(...captions.map((each) => each.length)) : captions.flat().length + 1;
  const whole = document.createElement('canvas');
  whole.width = width;
  whole.height = height + lines * captionLinePx + 8;
  const context = whole.getContext('2d')!;
  context.fillStyle = '#000000';
  context.fillRect(0, 0, whole.width, whole.height);
  context.font = `${fontPx}px ui-monospace, monospace`;
  context.textBaseline = 'middle';
  const write = (text: string, line: number, x: number, room: number): void => {
    context.save();
    context.beginPath();
    context.rect(x, 0, room, whole.height);
    context.clip();
    context.fillStyle = '#ffffff';
    context.fillText(text, x + 8, height + 4 + (line + 0.5) * captionLinePx);
    context.restore();
  };
  let x = 0;
  for (const [index, canvas] of canvases.entries()) {
    context.drawImage(canvas, x, height - canvas.height);
    if (state.mode === 'side')
      for (const [line, text] of (captions[index] ?? []).entries()) write(text, line, x, canvas.width);
    x += canvas.width + gap;
  }
  if (state.mode !== 'side') {
    const style =
      state.mode === 'difference' ? `, ${differenceWords[state.look.differenceStyle]}, gain ${state.gain}` : '';
    for (const [line, text] of [`${modeWords[state.mode]}${style}`, ...captions.flat()].entries())
      write(text, line, 0, width);
  }
  return new Promise((resolve, reject) => {
    whole.toBlob(
      (blob) => (blob === null ? reject(new Error('The browser made no picture.')) : resolve(blob)),
      'image/png',
    );
  });
}

/** `wm_only_pilot-and-prepass-frame-22.png`, without anything that a file system minds. */
export function exportName(names: readonly string[], masterFrame: number): string {
  return `${names.join('-and-')}-frame-${masterFrame}`.replaceAll(/[^\w.-]+/g, '_').slice(0, 120) + '.png';
}

/** Hands bytes to the browser (or the desktop's own dialog) as a file. */
export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The save has begun by then; kept longer, the bytes would stay in memory.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
