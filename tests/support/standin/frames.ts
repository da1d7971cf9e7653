import type { WebFrameMain } from 'electron';
import { fromHttp } from './schemes.ts';
import { honest } from './unimplemented.ts';

type Frame = { readonly id: string; readonly parentId: string | null; url: string; name: string };

/** The frames of one page as `WebFrameMain`s: address, origin, parent, top. */
export class FrameTree {
  readonly #frames = new Map<string, Frame>();
  mainId: string | null = null;

  navigated(frame: {
    readonly id: string;
    readonly parentId?: string;
    readonly url: string;
    readonly name?: string;
  }): void {
    if (frame.parentId === undefined) this.mainId = frame.id;
    this.#frames.set(frame.id, {
      id: frame.id,
      parentId: frame.parentId ?? null,
      url: frame.url,
      name: frame.name ?? '',
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
    const isOpaque = !/^[a-z]+:\/\/[^/]/.test(url);
    const double = {
      url,
      origin: isOpaque ? 'null' : url.replace(/^([a-z]+:\/\/[^/]+).*$/s, '$1'),
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
