import { nativeImage, type NativeImage } from 'electron';

/** A frame with three bars, dearest first: black on nothing, as a menu bar's template wants it. 16 and 32 px. */
const small =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAYAAAAf8/9hAAAALUlEQVR42mNgGEzgP4kYQzM5ltHGAGKcPjAuoJ8BVPUCfaPxPzVSI9maBw4AAMR6V6kaQ69FAAAAAElFTkSuQmCC';
const large =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAYAAABzenr0AAAAR0lEQVR42mNgGAWjABP8pzEevA74T2eM1wH0iN5RBxAtSc24HnXAaCKkeRSMOmC0JKRrFIw6YLQ6pqkDBqRJNtoqHgUjEwAA5l5lqVejHJEAAAAASUVORK5CYII=';

/** The menu bar paints it in its own colour, dark or light. */
export function trayIcon(): NativeImage {
  const image = nativeImage.createEmpty();
  image.addRepresentation({ scaleFactor: 1, dataURL: small });
  image.addRepresentation({ scaleFactor: 2, dataURL: large });
  image.setTemplateImage(true);
  return image;
}
