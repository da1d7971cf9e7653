import { pageBudget } from '../../../renderer/player/budget.ts';
import { getPoster } from '../../../renderer/player/poster.ts';
import {
  createComparison,
  createFrameBudget,
  type Comparison,
  type ComparisonOptions,
  type Painted,
} from '../../../renderer/player/index.ts';
import { readCode } from '../../support/clips/picture.ts';
import { VideoArm } from './video-arm.ts';

/** What is really on a canvas: the number of its picture, read back pixel by pixel; null when nothing is on it. */
export function readShown(element: Element | null): number | null {
  const row = readRow(element);
  return row === null ? null : readCode(row);
}

/** The cells of the bar code on a canvas, 1 for bright; null when nothing is on it. */
function readCells(element: Element | null): number[] | null {
  return readRow(element)?.map((value) => (value > 128 ? 1 : 0)) ?? null;
}

function readRow(element: Element | null): number[] | null {
  const canvas = element?.querySelector('canvas') ?? null;
  if (canvas === null || canvas.width < 20) return null;
  const gl = canvas.getContext('webgl2');
  if (gl !== null) {
    const row = new Uint8ClampedArray(canvas.width * 4);
    gl.readPixels(
      0,
      canvas.height - 1 - Math.floor(canvas.height / 16),
      canvas.width,
      1,
      gl.RGBA,
      gl.UNSIGNED_BYTE,
      row,
    );
    return cellsOf(row, canvas.width);
  }
  const copy = new OffscreenCanvas(canvas.width, 1);
  const context = copy.getContext('2d', { willReadFrequently: true });
  if (context === null) return null;
  const y = Math.floor(canvas.height / 16);
  context.drawImage(canvas, 0, y, canvas.width, 1, 0, 0, canvas.width, 1);
  return cellsOf(context.getImageData(0, 0, canvas.width, 1).data, canvas.width);
}

function cellsOf(row: Uint8ClampedArray, width: number): number[] {
  return Array.from({ length: 10 }, (_, cell) => row[Math.floor(((cell + 0.5) * width) / 10) * 4 + 1]!);
}

export type Read = {
  readonly masterFrame: number;
  readonly left: number | null;
  readonly right: number | null;
  readonly saidLeft: number | null;
  readonly saidRight: number | null;
};

let comparison: Comparison | null = null;
let reads: Read[] = [];
let isRecording = false;

const harness = {
  /** `budgetBytes`: memory for decoded frames, for pairs that must not fit. */
  async open(
    { budgetBytes, ...options }: ComparisonOptions & { readonly budgetBytes?: number },
    mode: 'side' | 'stage' = 'side',
  ): Promise<void> {
    harness.close();
    const opened = createComparison({
      ...options,
      ...(budgetBytes === undefined ? {} : { budget: createFrameBudget(budgetBytes) }),
    });
    comparison = opened;
    const find = (id: string): HTMLElement => document.getElementById(id)!;
    if (mode === 'side') {
      opened.attach('left', find('left'));
      if (options.right !== null) opened.attach('right', find('right'));
    } else {
      opened.attach('stage', find('stage'));
    }
    opened.onPainted((painted: Painted) => {
      if (!isRecording) return;
      reads.push({
        masterFrame: painted.masterFrame,
        left: readShown(find('left')),
        right: readShown(find('right')),
        saidLeft: painted.left?.sourceFrame ?? null,
        saidRight: painted.right?.sourceFrame ?? null,
      });
    });
    await Promise.resolve();
  },
  /** Resolves when both clips have nothing left to decode (or failed). */
  async settled(): Promise<void> {
    await harness.until((state) =>
      [state.left, state.right].every(
        (side) => side === null || side.phase === 'failed' || (side.frameCount !== null && side.openCount === 0),
      ),
    );
  },
  async until(test: (state: ReturnType<Comparison['getState']>) => boolean): Promise<void> {
    const opened = comparison!;
    if (test(opened.getState())) return;
    await new Promise<void>((resolve) => {
      const stop = opened.subscribe(() => {
        if (!test(opened.getState())) return;
        stop();
        resolve();
      });
    });
  },
  comparison: (): Comparison => comparison!,
  state: () => comparison!.getState(),
  record(): void {
    reads = [];
    isRecording = true;
  },
  stopRecording(): Read[] {
    isRecording = false;
    return reads;
  },
  /** Seeks and resolves with what the paint that followed really showed. */
  async show(masterFrame: number): Promise<Read> {
    const opened = comparison!;
    return await new Promise<Read>((resolve) => {
      let isFirst = true;
      const stop = opened.onPainted((painted) => {
        if (isFirst) {
          isFirst = false;
          return;
        }
        stop();
        resolve({
          masterFrame: painted.masterFrame,
          left: readShown(document.getElementById('left')),
          right: readShown(document.getElementById('right')),
          saidLeft: painted.left?.sourceFrame ?? null,
          saidRight: painted.right?.sourceFrame ?? null,
        });
      });
      opened.seek(masterFrame);
    });
  },
  /** Bytes of all pictures that both sides hold now. */
  heldBytes(): number {
    const { firstMaster, lastMaster } = comparison!.getState();
    const held = new Set<Uint8Array>();
    for (let master = firstMaster; master <= lastMaster; master++)
      for (const side of ['left', 'right'] as const) {
        const planes = comparison!.pictureAt(side, master);
        if (planes !== null) held.add(planes.data);
      }
    return [...held].reduce((sum, data) => sum + data.byteLength, 0);
  },
  async nextTick(): Promise<number> {
    return await new Promise<number>((resolve) => requestAnimationFrame(resolve));
  },
  /** SHA-256 of each slot's planes as lower-case hex; null where there is no picture. */
  async planeHashes(side: 'left' | 'right'): Promise<(string | null)[]> {
    const { firstMaster, lastMaster } = comparison!.getState();
    const hashes: (string | null)[] = [];
    for (let master = firstMaster; master <= lastMaster; master++) {
      const planes = comparison!.pictureAt(side, master);
      if (planes === null) hashes.push(null);
      else
        hashes.push(
          [...new Uint8Array(await crypto.subtle.digest('SHA-256', planes.data))]
            .map((byte) => byte.toString(16).padStart(2, '0'))
            .join(''),
        );
    }
    return hashes;
  },
  /** Colour on the canvas of a pane at a point of what it shows, 0 to 1 across and down. */
  pixelAt(pane: string, u: number, v: number): readonly [number, number, number] {
    const canvas = document.getElementById(pane)!.querySelector('canvas')!;
    const copy = new OffscreenCanvas(1, 1);
    const context = copy.getContext('2d', { willReadFrequently: true })!;
    context.drawImage(canvas, Math.floor(u * canvas.width), Math.floor(v * canvas.height), 1, 1, 0, 0, 1, 1);
    const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
    return [red!, green!, blue!];
  },
  /** Width by height of what a pane shows. */
  shapeOf(pane: string): number {
    const canvas = document.getElementById(pane)!.querySelector('canvas')!;
    return canvas.width / canvas.height;
  },
  getPoster,
  readShown,
  readCells,
  /** Bytes of frames that open clips claim of the page's memory. */
  budgetBytes: (): number => pageBudget.allottedBytes(),
  VideoArm,
  close(): void {
    comparison?.close();
    comparison = null;
  },
};
export type Harness = typeof harness;
declare global {
  var harness: Harness;
}
globalThis.harness = harness;
