import { readCode } from '../../support/clips/picture.ts';

/** The yardstick: a `<video>` element that is seeked by time, as players without a cache do. */
export class VideoArm {
  readonly element: HTMLVideoElement;
  readonly #fps: number;

  constructor(host: HTMLElement, fps: number) {
    this.element = document.createElement('video');
    this.element.muted = true;
    this.element.preload = 'auto';
    this.element.style.width = '100%';
    this.element.style.height = '100%';
    this.#fps = fps;
    host.append(this.element);
  }

  async open(url: string): Promise<void> {
    const blob = await (await fetch(url)).blob();
    this.element.src = URL.createObjectURL(blob);
    await new Promise<void>((resolve, reject) => {
      this.element.addEventListener('loadeddata', () => resolve(), { once: true });
      this.element.addEventListener('error', () => reject(new Error('video failed')), { once: true });
    });
  }

  /** Milliseconds from asking for a frame to the callback that says it is presented. */
  async seek(frame: number): Promise<number> {
    const startMs = performance.now();
    await new Promise<void>((resolve) => {
      this.element.requestVideoFrameCallback(() => resolve());
      this.element.currentTime = (frame + 0.5) / this.#fps;
    });
    return performance.now() - startMs;
  }

  readCode(): number | null {
    const { videoWidth, videoHeight } = this.element;
    const canvas = new OffscreenCanvas(videoWidth, 1);
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    context.drawImage(this.element, 0, Math.floor(videoHeight / 16), videoWidth, 1, 0, 0, videoWidth, 1);
    const row = context.getImageData(0, 0, videoWidth, 1).data;
    return readCode(
      Array.from({ length: 10 }, (_, cell) => row[Math.floor(((cell + 0.5) * videoWidth) / 10) * 4 + 1]!),
    );
  }

  close(): void {
    URL.revokeObjectURL(this.element.src);
    this.element.removeAttribute('src');
    this.element.load();
    this.element.remove();
  }
}
