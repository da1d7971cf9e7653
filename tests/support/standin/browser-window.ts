import type { BrowserWindow, BrowserWindowConstructorOptions, Rectangle, WebContents } from 'electron';
import { record } from './state.ts';
import { HonestEmitter, preventable } from './unimplemented.ts';
import { asWebContents, WebContentsDouble } from './web-contents.ts';

const events = [
  'ready-to-show',
  'show',
  'hide',
  'focus',
  'blur',
  'close',
  'closed',
  'maximize',
  'minimize',
  'restore',
  'resize',
  'move',
];
type Names =
  | 'id'
  | 'webContents'
  | 'loadURL'
  | 'show'
  | 'focus'
  | 'isFocused'
  | 'isVisible'
  | 'isMinimized'
  | 'isMaximized'
  | 'isDestroyed'
  | 'minimize'
  | 'restore'
  | 'maximize'
  | 'getBounds'
  | 'getNormalBounds'
  | 'close'
  | 'destroy';

export const openWindows: BrowserWindowDouble[] = [];
/** The app hears of windows and contents; set by the app's double, which comes after this. */
export const onCreated: { tell: (name: string, thing: unknown) => void; lastClosed: () => void } = {
  tell: () => undefined,
  lastClosed: () => undefined,
};
let nextId = 1;

/** A window is a page of headless Chromium; whether it is seen, focused or maximized is only remembered. */
export class BrowserWindowDouble extends HonestEmitter implements Pick<BrowserWindow, Names> {
  readonly id = nextId++;
  readonly webContents: WebContents;
  readonly #contents: WebContentsDouble;
  readonly #bounds: Rectangle;
  #isShown: boolean;
  #isMaximized = false;
  #isMinimized = false;
  #isDestroyed = false;

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super('BrowserWindow', events);
    record.windows.push(structuredClone(options));
    this.#contents = new WebContentsDouble(options.webPreferences ?? {});
    this.webContents = asWebContents(this.#contents);
    this.#bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width ?? 800, height: options.height ?? 600 };
    this.#isShown = options.show !== false;
    openWindows.push(this);
    this.#contents.once('did-finish-load', () => this.emit('ready-to-show'));
    this.#contents.once('destroyed', () => this.destroy());
    onCreated.tell('web-contents-created', this.webContents);
    onCreated.tell('browser-window-created', this);
  }

  static getAllWindows(): BrowserWindow[] {
    return [...openWindows] as unknown as BrowserWindow[];
  }
  static getFocusedWindow(): BrowserWindow | null {
    return (openWindows.find((each) => each.isFocused()) ?? null) as unknown as BrowserWindow | null;
  }
  static fromId(id: number): BrowserWindow | null {
    return (openWindows.find((each) => each.id === id) ?? null) as unknown as BrowserWindow | null;
  }
  static fromWebContents(contents: WebContents): BrowserWindow | null {
    return (openWindows.find((each) => each.webContents === contents) ?? null) as unknown as BrowserWindow | null;
  }

  async loadURL(url: string): Promise<void> {
    await this.#contents.load(url, { width: this.#bounds.width, height: this.#bounds.height });
  }
  show(): void {
    this.#isShown = true;
    this.emit('show');
  }
  focus(): void {
    this.emit('focus');
  }
  isFocused(): boolean {
    return this.#isShown && !this.#isMinimized && openWindows.at(-1) === this;
  }
  isVisible(): boolean {
    return this.#isShown;
  }
  isMinimized(): boolean {
    return this.#isMinimized;
  }
  isMaximized(): boolean {
    return this.#isMaximized;
  }
  isDestroyed(): boolean {
    return this.#isDestroyed;
  }
  minimize(): void {
    this.#isMinimized = true;
    this.emit('minimize');
  }
  restore(): void {
    this.#isMinimized = false;
    this.emit('restore');
  }
  maximize(): void {
    this.#isMaximized = true;
    this.emit('maximize');
  }
  getBounds(): Rectangle {
    return this.#bounds;
  }
  getNormalBounds(): Rectangle {
    return this.#bounds;
  }
  close(): void {
    if (this.#isDestroyed) return;
    const event = preventable({});
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
  }
  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    openWindows.splice(openWindows.indexOf(this), 1);
    this.#contents.close();
    this.emit('closed');
    if (openWindows.length === 0) onCreated.lastClosed();
  }
}
