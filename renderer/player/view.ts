/** Zoom and pan of a comparison: one for all panes, in shares of the picture, so that panes show the same point. */
export type View = {
  /** Null: the whole picture fits its pane. Otherwise CSS pixels per pixel of the left picture. */
  readonly scale: number | null;
  /** Point of the picture (0 to 1) in the middle of the pane. */
  readonly centerX: number;
  readonly centerY: number;
};

export const fitView: View = { scale: null, centerX: 0.5, centerY: 0.5 };
export const MAX_SCALE = 32;
export const MIN_SCALE = 0.05;
/** From this many device pixels per picture pixel on, pixels are shown as squares. */
export const NEAREST_FROM = 2;

export type Size = { readonly width: number; readonly height: number };
/** Where a picture lies: visible part in CSS pixels inside its pane, and which part of the picture (0 to 1) that is. */
export type Placement = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly u0: number;
  readonly v0: number;
  readonly u1: number;
  readonly v1: number;
  readonly scale: number;
};

export function fitScale(picture: Size, pane: Size): number {
  if (picture.width <= 0 || picture.height <= 0) return 1;
  return Math.max(MIN_SCALE, Math.min(pane.width / picture.width, pane.height / picture.height));
}

/** Lays a picture into a pane. `reference` is the left picture: another size is scaled to lie over it point by point. */
export function placePicture(view: View, picture: Size, reference: Size, pane: Size): Placement {
  const own = fitScale(picture, pane);
  const scale = view.scale === null ? own : (view.scale * own) / fitScale(reference, pane);
  const fullWidth = picture.width * scale;
  const fullHeight = picture.height * scale;
  const across = spread(fullWidth, pane.width, view.scale === null ? 0.5 : view.centerX);
  const down = spread(fullHeight, pane.height, view.scale === null ? 0.5 : view.centerY);
  return {
    x: across.at,
    y: down.at,
    width: across.length,
    height: down.length,
    u0: across.from,
    v0: down.from,
    u1: across.to,
    v1: down.to,
    scale,
  };
}

/** Keeps the picture covering the pane as far as it can: no panning into nothing. */
export function clampView(view: View, picture: Size, pane: Size): View {
  if (view.scale === null) return fitView;
  const scale = Math.min(MAX_SCALE, Math.max(MIN_SCALE, view.scale));
  return {
    scale,
    centerX: clampCenter(view.centerX, picture.width * scale, pane.width),
    centerY: clampCenter(view.centerY, picture.height * scale, pane.height),
  };
}

/** Zooms by a factor and keeps the picture's point (u, v) where it is on the screen. */
export function zoomAt(view: View, factor: number, u: number, v: number, picture: Size, pane: Size): View {
  const before = view.scale ?? fitScale(picture, pane);
  const scale = Math.min(MAX_SCALE, Math.max(Math.min(fitScale(picture, pane), 1), before * factor));
  const center = view.scale === null ? { x: 0.5, y: 0.5 } : { x: view.centerX, y: view.centerY };
  const kept = before / scale;
  return clampView({ scale, centerX: u + (center.x - u) * kept, centerY: v + (center.y - v) * kept }, picture, pane);
}

/** Moves the picture by CSS pixels of the left pane. */
export function panBy(view: View, dx: number, dy: number, picture: Size, pane: Size): View {
  if (view.scale === null) return view;
  return clampView(
    {
      scale: view.scale,
      centerX: view.centerX - dx / (picture.width * view.scale),
      centerY: view.centerY - dy / (picture.height * view.scale),
    },
    picture,
    pane,
  );
}

function spread(full: number, room: number, center: number): { at: number; length: number; from: number; to: number } {
  if (full <= room + 0.5) return { at: (room - full) / 2, length: full, from: 0, to: 1 };
  const start = Math.min(full - room, Math.max(0, center * full - room / 2));
  return { at: 0, length: room, from: start / full, to: (start + room) / full };
}

function clampCenter(center: number, full: number, room: number): number {
  if (full <= room) return 0.5;
  const half = room / 2 / full;
  return Math.min(1 - half, Math.max(half, center));
}
