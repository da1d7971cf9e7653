import type { WebFrameMain } from 'electron';
import { fromHttp } from './schemes.ts';
import { honest } from './unimplemented.ts';

type Frame = {
  readonly id: string;
  readonly parentId: string | null;
  readonly url: string;
  readonly name: string;
  readonly origin: string;
};

/** The frames of one page as `WebFrameMain`s: address, origin, parent, top. */
export class FrameTree {
  readonly #frames = new Map<string, Frame>();
  mainId: string | null = null;

  navigated(frame: {
    readonly id: string;
    readonly parentId?: string;
    readonly url: string;
    readonly name?: string;
    readonly securityOrigin?: string;
  }): void {
    if (frame.parentId === undefined) this.mainId = frame.id;
    this.#frames.set(frame.id, {
      id: frame.id,
      parentId: frame.parentId ?? null,
      url: frame.url,
      name: frame.name ?? '',
      origin: frame.securityOrigin ?? this.#frames.get(frame.id)?.origin ?? '://',
    });
  }

  detached(id: string): void {
    this.#frames.delete(id);
  }

  mainUrl(): string {
    const main = this.mainId === null ? undefined : this.#frames.get(this.mainId);
    return main === undefined ? '' : fromHttp(main.url);
  }

  /** Null for a frame that is gone, as in Electron. */
  frame(id: string | null): WebFrameMain | null {
    const frame = id === null ? undefined : this.#frames.get(id);
    if (frame === undefined) return null;
    const url = fromHttp(frame.url);
    // Chromium's word, not the address: a blank frame has the origin of the page that made it.
    const isOpaque = !/^[a-z]+:\/\/[^/]/.test(frame.origin);
    const double = {
      url,
      origin: isOpaque ? 'null' : fromHttp(frame.origin).replace(/\/$/, ''),
      name: frame.name,
      frameToken: frame.id,
      detached: false,
      parent: this.frame(frame.parentId),
      top: frame.parentId === null ? null : this.frame(this.mainId),
    } satisfies Partial<WebFrameMain>;
    if (frame.parentId === null) Object.defineProperty(double, 'top', { get: () => this.frame(frame.id) });
    return honest('webFrameMain', double) as WebFrameMain;
  }
}
