import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type * as Electron from 'electron';
import type {
  HandlerDetails,
  IpcMainInvokeEvent,
  Session,
  WebContents,
  WebFrameMain,
  WebPreferences,
  WindowOpenHandlerResponse,
} from 'electron';
import type { CdpEvent } from './cdp.ts';
import { decodeClone, encodeClone } from './clone.ts';
import { FrameTree } from './frames.ts';
import { invokeHandler } from './ipc-main.ts';
import { fromHttp, toHttp } from './schemes.ts';
import { defaultSession } from './session.ts';
import { runningBrowser } from './state.ts';
import { honest, HonestEmitter, preventable } from './unimplemented.ts';
import { bindingName, isolatedWorldName, isolatedWorldScript, mainWorldScript, pageBindingName } from './worlds.ts';

const events = [
  'did-finish-load',
  'dom-ready',
  'destroyed',
  'will-navigate',
  'will-frame-navigate',
  'will-redirect',
  'will-attach-webview',
  'render-process-gone',
  'did-create-window',
];

type Names =
  | 'id'
  | 'send'
  | 'getURL'
  | 'isDestroyed'
  | 'isFocused'
  | 'setWindowOpenHandler'
  | 'close'
  | 'mainFrame'
  | 'session'
  | 'executeJavaScript';
type OpenHandler = (details: HandlerDetails) => WindowOpenHandlerResponse;

export const allContents: WebContentsDouble[] = [];
let nextId = 1;

/** One page of Chromium, driven over its protocol, as Electron's `webContents`. */
export class WebContentsDouble extends HonestEmitter implements Pick<WebContents, Names> {
  readonly id = nextId++;
  readonly session: Session = defaultSession;
  readonly #frames = new FrameTree();
  readonly #preferences: WebPreferences;
  /** Context of the preload's world in the top frame; null while a page is being replaced. */
  #preloadContext: number | null = null;
  readonly #contextFrames = new Map<number, string>();
  readonly #waitingForPreload: (() => void)[] = [];
  #openHandler: OpenHandler | null = null;
  /** Where the app itself is sending the page: Electron asks about what a page wants, not about this. */
  #loadedByApp: string | null = null;
  #isDestroyed = false;
  targetId: string | null = null;
  #sessionId: string | null = null;

  constructor(preferences: WebPreferences) {
    super('webContents', events);
    this.#preferences = preferences;
    allContents.push(this);
  }

  get mainFrame(): WebFrameMain {
    const frame = this.#frames.frame(this.#frames.mainId);
    if (frame === null) throw new Error('The stand-in: the page has no frame yet.');
    return frame;
  }

  getURL(): string {
    return this.#frames.mainUrl();
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  isFocused(): boolean {
    return !this.#isDestroyed;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  send(channel: string, ...args: unknown[]): void {
    const text = encodeClone(structuredClone(args));
    const deliver = (): void => {
      this.#inPreload(this.#preloadContext, deliverFunction, [channel, text]);
    };
    if (this.#preloadContext === null) this.#waitingForPreload.push(deliver);
    else deliver();
  }

  async executeJavaScript(code: string): Promise<unknown> {
    const result = await this.#cdp('Runtime.evaluate', { expression: code, awaitPromise: true, returnByValue: true });
    return (result['result'] as { value?: unknown }).value;
  }

  close(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    if (this.targetId !== null)
      runningBrowser()
        .browser.cdp.send('Target.closeTarget', { targetId: this.targetId })
        .catch(() => undefined);
    this.emit('destroyed');
  }

  /** Makes the page, puts the two worlds in place, and goes to the address. */
  async load(url: string, size: { readonly width: number; readonly height: number }): Promise<void> {
    if (this.#sessionId === null) await this.#open(size);
    const loaded = new Promise<void>((resolve) => this.once('did-finish-load', resolve));
    this.#loadedByApp = toHttp(url);
    const { errorText } = await this.#cdp('Page.navigate', { url: this.#loadedByApp });
    if (typeof errorText === 'string') throw new Error(`${errorText} (${url})`);
    await loaded;
  }

  async #open(size: { readonly width: number; readonly height: number }): Promise<void> {
    const { cdp } = runningBrowser().browser;
    const { targetId } = await cdp.send('Target.createTarget', { url: 'about:blank', newWindow: true, ...size });
    this.targetId = targetId as string;
    const { sessionId } = await cdp.send('Target.attachToTarget', { targetId: this.targetId, flatten: true });
    this.#sessionId = sessionId as string;
    cdp.listen((event) => {
      if (event.sessionId === this.#sessionId) this.#receive(event);
      else if (event.method === 'Target.targetCreated') this.#popup(event);
      else if (event.method === 'Target.targetDestroyed' && event.params['targetId'] === this.targetId) this.close();
    });
    await cdp.send('Target.setDiscoverTargets', { discover: true });
    await this.#cdp('Page.enable');
    await this.#cdp('Runtime.enable');
    const tree = (await this.#cdp('Page.getFrameTree')) as {
      frameTree: { frame: Parameters<FrameTree['navigated']>[0] };
    };
    this.#frames.navigated(tree.frameTree.frame);
    await this.#cdp('Fetch.enable', {
      patterns: [{ urlPattern: '*', resourceType: 'Document', requestStage: 'Request' }],
    });
    const isInFrames = this.#preferences.nodeIntegrationInSubFrames === true;
    const mark = randomBytes(12).toString('hex');
    await this.#cdp('Runtime.addBinding', { name: pageBindingName });
    await this.#cdp('Page.addScriptToEvaluateOnNewDocument', { source: mainWorldScript(mark, isInFrames) });
    const { preload } = this.#preferences;
    if (preload === undefined) return;
    if (this.#preferences.contextIsolation === false || this.#preferences.sandbox === false) {
      throw new Error('The stand-in has sandboxed, isolated preloads only.');
    }
    await this.#cdp('Runtime.addBinding', { name: bindingName, executionContextName: isolatedWorldName });
    const source = isolatedWorldScript(mark, readFileSync(preload, 'utf8'), isInFrames);
    await this.#cdp('Page.addScriptToEvaluateOnNewDocument', { source, worldName: isolatedWorldName });
  }

  #cdp(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    if (this.#sessionId === null) throw new Error('The stand-in: the page is not open yet.');
    return runningBrowser().browser.cdp.send(method, params, this.#sessionId);
  }

  #inPreload(executionContextId: number | null, functionDeclaration: string, values: readonly unknown[]): void {
    if (executionContextId === null || this.#isDestroyed) return;
    const args = values.map((value) => ({ value }));
    // The page may go away this moment; then nobody waits for it any more.
    this.#cdp('Runtime.callFunctionOn', { functionDeclaration, arguments: args, executionContextId }).catch(
      () => undefined,
    );
  }

  #receive({ method, params }: CdpEvent): void {
    switch (method) {
      case 'Runtime.executionContextCreated': {
        const context = params['context'] as { id: number; name: string; auxData: { frameId: string } };
        if (context.name !== isolatedWorldName) return;
        this.#contextFrames.set(context.id, context.auxData.frameId);
        if (context.auxData.frameId !== this.#frames.mainId) return;
        this.#preloadContext = context.id;
        for (const deliver of this.#waitingForPreload.splice(0)) deliver();
        return;
      }
      case 'Runtime.executionContextDestroyed':
        if (params['executionContextId'] === this.#preloadContext) this.#preloadContext = null;
        return;
      case 'Runtime.bindingCalled':
        if (params['name'] === bindingName)
          void this.#invoke(params['payload'] as string, params['executionContextId'] as number);
        else if (params['name'] === pageBindingName)
          this.#hear(JSON.parse(params['payload'] as string) as { kind: 'open' | 'navigate'; url: string });
        return;
      case 'Page.frameNavigated':
        this.#frames.navigated(params['frame'] as Parameters<FrameTree['navigated']>[0]);
        return;
      case 'Page.navigatedWithinDocument': {
        const { frameId, url } = params as { frameId: string; url: string };
        if (frameId === this.#frames.mainId) this.#frames.navigated({ id: frameId, url });
        return;
      }
      case 'Page.frameDetached':
        if (params['reason'] !== 'swap') this.#frames.detached(params['frameId'] as string);
        return;
      case 'Page.domContentEventFired':
        this.emit('dom-ready');
        return;
      case 'Page.loadEventFired':
        this.emit('did-finish-load');
        return;
      case 'Inspector.targetCrashed':
        this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
        return;
      case 'Fetch.requestPaused':
        this.#navigate(
          params as { requestId: string; frameId: string; request: { url: string }; redirectedRequestId?: string },
        );
        return;
    }
  }

  /** Documents stop here until the app has said whether the frame may go there. */
  #navigate(paused: {
    requestId: string;
    frameId: string;
    request: { url: string };
    redirectedRequestId?: string;
  }): void {
    const { requestId, frameId, request } = paused;
    if (frameId === this.#frames.mainId && request.url === this.#loadedByApp) {
      this.#loadedByApp = null;
      this.#cdp('Fetch.continueRequest', { requestId }).catch(() => undefined);
      return;
    }
    const may = this.#mayNavigate(frameId, request.url, paused.redirectedRequestId !== undefined);
    const answer = may
      ? this.#cdp('Fetch.continueRequest', { requestId })
      : this.#cdp('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
    answer.catch(() => undefined);
  }

  #mayNavigate(frameId: string | null, to: string, isRedirect: boolean): boolean {
    const isMainFrame = frameId === this.#frames.mainId;
    const facts = {
      url: fromHttp(to),
      isMainFrame,
      isSameDocument: false,
      frame: this.#frames.frame(frameId),
      initiator: null,
    };
    const ask = (name: string): boolean => {
      const event = preventable({ ...facts });
      this.emit(name, event, facts.url, false, isMainFrame, 0, 0);
      return !event.defaultPrevented;
    };
    return isRedirect ? ask('will-redirect') : ask('will-frame-navigate') && (!isMainFrame || ask('will-navigate'));
  }

  #hear(message: { readonly kind: 'open' | 'navigate'; readonly url: string }): void {
    if (message.kind === 'open') this.#askToOpen(message.url);
    else if (this.#mayNavigate(this.#frames.mainId, message.url, false))
      throw new Error(`The stand-in can not go to ${message.url}.`);
  }

  #askToOpen(url: string): void {
    const { action } = this.#openHandler?.({
      url: fromHttp(url),
      frameName: '',
      features: '',
      disposition: 'foreground-tab',
      referrer: { url: '', policy: 'default' },
    }) ?? { action: 'allow' };
    if (action !== 'deny') throw new Error('The stand-in opens no windows for a page.');
  }

  /** A link with a target of its own: Chromium makes the page, the app is asked, and it is closed again. */
  #popup(event: CdpEvent): void {
    const info = event.params['targetInfo'] as { targetId: string; openerId?: string; url: string; type: string };
    if (info.type !== 'page') return;
    const isDropped = info.openerId === undefined && info.url.startsWith('file:');
    if (!isDropped && info.openerId !== this.targetId) return;
    runningBrowser()
      .browser.cdp.send('Target.closeTarget', { targetId: info.targetId })
      .catch(() => undefined);
    // Chromium opens a file that is dropped on a page that does not want it; Electron does when asked to.
    if (!isDropped) this.#askToOpen(info.url);
    else if (this.#preferences.navigateOnDragDrop === true) throw new Error('The stand-in opens no dropped files.');
  }

  async #invoke(payload: string, contextId: number): Promise<void> {
    const { id, channel, text } = JSON.parse(payload) as { id: number; channel: string; text: string };
    const frame = this.#frames.frame(this.#contextFrames.get(contextId) ?? null);
    const self = this as unknown as WebContents;
    const event = {
      type: 'invoke',
      sender: self,
      senderFrame: frame,
      frameId: 0,
      processId: 0,
      ...noDefault,
    } as unknown as IpcMainInvokeEvent;
    let answer: readonly [number, string | null, string | null];
    try {
      answer = [id, encodeClone(await invokeHandler(channel, event, decodeClone(text) as unknown[])), null];
    } catch (error) {
      answer = [id, null, error instanceof Error ? error.message : String(error)];
    }
    this.#inPreload(contextId, settleFunction, answer);
  }
}

const deliverFunction = 'function (channel, text) { globalThis.__standInDeliver(channel, text); }';
const settleFunction = 'function (id, text, fault) { globalThis.__standInSettle(id, text, fault); }';
const noDefault = { preventDefault: () => undefined, defaultPrevented: false };

/** The class as the app sees it. */
export function asWebContents(contents: WebContentsDouble): WebContents {
  return contents as unknown as WebContents;
}

export const webContents = honest('webContents', {
  getAllWebContents: () => allContents.filter((each) => !each.isDestroyed()).map(asWebContents),
  fromId: (id: number) => asWebContents(allContents.find((each) => each.id === id) as WebContentsDouble),
  fromDevToolsTargetId: (targetId: string) =>
    asWebContents(allContents.find((each) => each.targetId === targetId) as WebContentsDouble),
} satisfies Pick<typeof Electron.webContents, 'getAllWebContents' | 'fromId' | 'fromDevToolsTargetId'>);
