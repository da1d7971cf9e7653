import { z } from 'zod';

export type Rectangle = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

export const windowStateSchema = z.object({
  bounds: z
    .object({ x: z.number().int(), y: z.number().int(), width: z.number().int(), height: z.number().int() })
    .nullable(),
  isMaximized: z.boolean(),
  theme: z.enum(['system', 'dark', 'light']),
});
export type WindowState = z.infer<typeof windowStateSchema>;

export const firstWindowState: WindowState = { bounds: null, isMaximized: false, theme: 'system' };

/** Below this the screens of the room can not be laid out. */
export const smallestWindow = { width: 960, height: 600 } as const;
const usualWindow = { width: 1440, height: 900 } as const;

/**
 * Where a window opens: where it was, moved and shrunk into a display that is there now. The display
 * is the one that shows most of it; without a place that was kept, the middle of the first.
 * Pixels of the desktop, not of the screen.
 */
export function placeWindow(kept: Rectangle | null, workAreas: readonly Rectangle[]): Rectangle {
  const [first = { x: 0, y: 0, ...usualWindow }] = workAreas;
  const area =
    kept === null
      ? first
      : workAreas.reduce((best, each) => (overlap(each, kept) > overlap(best, kept) ? each : best), first);
  const width = Math.min(Math.max(kept?.width ?? usualWindow.width, smallestWindow.width), area.width);
  const height = Math.min(Math.max(kept?.height ?? usualWindow.height, smallestWindow.height), area.height);
  const isSeen = kept !== null && overlap(area, kept) > 0;
  const x = isSeen ? clamp(kept.x, area.x, area.x + area.width - width) : area.x + Math.round((area.width - width) / 2);
  const y = isSeen
    ? clamp(kept.y, area.y, area.y + area.height - height)
    : area.y + Math.round((area.height - height) / 2);
  return { x, y, width, height };
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

function overlap(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}
