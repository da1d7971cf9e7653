import { decodeClone, encodeClone } from './clone.ts';

/**
 * The scripts of the two worlds of a page. The preload runs in a world of its own, which the page
 * can not see; what it exposes is rebuilt in the page's world. The worlds call each other by DOM
 * events, which are handled at once and whose details Chromium clones, so that calls answer at once.
 */
export const isolatedWorldName = 'preload';
export const bindingName = '__standInIpc';
export const pageBindingName = '__standInPage';

type Wired =
  | { readonly fn: number }
  | { readonly list: readonly Wired[] }
  | { readonly map: readonly (readonly [string, Wired])[] }
  | { readonly raw: unknown };
type Reply = { readonly value: Wired } | { readonly promise: number } | { readonly fault: string };

/** Both worlds: turns values into what an event can carry, and back, with functions as numbers. */
function makeWire(
  mark: string,
  ownSide: string,
  otherSide: string,
): {
  call(target: number, args: readonly unknown[]): unknown;
  expose(value: unknown): Wired;
  revive(wired: Wired): unknown;
} {
  const functions = new Map<number, (...args: unknown[]) => unknown>();
  const promises = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let nextId = 1;
  let reply: Reply | null = null;

  const expose = (value: unknown): Wired => {
    if (typeof value === 'function') {
      const fn = nextId++;
      functions.set(fn, value as (...args: unknown[]) => unknown);
      return { fn };
    }
    if (Array.isArray(value)) return { list: value.map(expose) };
    if (
      value !== null &&
      typeof value === 'object' &&
      Object.getPrototypeOf(Object.getPrototypeOf(value) ?? {}) === null
    ) {
      return { map: Object.entries(value).map(([key, inner]) => [key, expose(inner)] as const) };
    }
    if (typeof value === 'symbol') throw new Error('An object could not be cloned.');
    return { raw: value };
  };
  const revive = (wired: Wired): unknown => {
    if ('fn' in wired) return (...args: unknown[]) => call(wired.fn, args);
    if ('list' in wired) return wired.list.map(revive);
    if ('map' in wired) return Object.freeze(Object.fromEntries(wired.map.map(([key, inner]) => [key, revive(inner)])));
    return wired.raw;
  };
  const tell = (kind: string, detail: unknown): void =>
    void document.dispatchEvent(new CustomEvent(mark + otherSide + kind, { detail }));
  const call = (target: number, args: readonly unknown[]): unknown => {
    reply = null;
    tell('call', { target, args: args.map(expose) });
    const answer = reply as Reply | null;
    if (answer === null) throw new Error('An object could not be cloned.');
    if ('fault' in answer) throw new Error(answer.fault);
    if ('value' in answer) return revive(answer.value);
    return new Promise((resolve, reject) => promises.set(answer.promise, { resolve, reject }));
  };

  document.addEventListener(mark + ownSide + 'reply', (event) => (reply = (event as CustomEvent<Reply>).detail));
  document.addEventListener(mark + ownSide + 'settle', (event) => {
    const { id, value, fault } = (event as CustomEvent<{ id: number; value: Wired; fault: string | null }>).detail;
    const promise = promises.get(id);
    promises.delete(id);
    if (fault === null) promise?.resolve(revive(value));
    else promise?.reject(new Error(fault));
  });
  document.addEventListener(mark + ownSide + 'call', (event) => {
    const { target, args } = (event as CustomEvent<{ target: number; args: readonly Wired[] }>).detail;
    try {
      const result = functions.get(target)?.(...args.map(revive));
      if (!(result instanceof Promise)) {
        tell('reply', { value: expose(result) });
        return;
      }
      const id = nextId++;
      tell('reply', { promise: id });
      result.then(
        (value) => tell('settle', { id, value: expose(value), fault: null }),
        (error: unknown) =>
          tell('settle', { id, value: { raw: null }, fault: error instanceof Error ? error.message : String(error) }),
      );
    } catch (error) {
      tell('reply', { fault: error instanceof Error ? error.message : String(error) });
    }
  });
  return { call, expose, revive };
}

/** The page's world: puts up what the preload exposes, before the first script of the page. */
export function mainWorldScript(mark: string, isInFrames: boolean): string {
  return `(() => {
    if (window !== window.top && !${isInFrames}) return;
    const makeWire = ${makeWire.toString()};
    const wire = makeWire(${JSON.stringify(mark)}, 'page', 'preload');
    document.addEventListener(${JSON.stringify(`${mark}expose`)}, ({ detail }) => {
      Object.defineProperty(window, detail.name, { value: wire.revive(detail.value), enumerable: true, writable: false, configurable: false });
    });
    const tell = window[${JSON.stringify(pageBindingName)}];
    delete window[${JSON.stringify(pageBindingName)}];
    window.open = (url = '') => { tell(JSON.stringify({ kind: 'open', url: new URL(url, location.href).href })); return null; };
    // Addresses that are not fetched can not be held back on their way: they are stopped here, and the app is told.
    navigation.addEventListener('navigate', (event) => {
      const { url, sameDocument } = event.destination;
      if (sameDocument || /^https?:/.test(url)) return;
      event.preventDefault();
      tell(JSON.stringify({ kind: 'navigate', url }));
    });
  })()`;
}

/** The preload's world: what a sandboxed preload has of Electron, and a \`require\` that gives nothing else. */
export function isolatedWorldScript(mark: string, preload: string, isInFrames: boolean): string {
  return `(() => {
    if (window !== window.top && !${isInFrames}) return;
    const encode = ${encodeClone.toString()};
    const decode = ${decodeClone.toString()};
    const makeWire = ${makeWire.toString()};
    const wire = makeWire(${JSON.stringify(mark)}, 'preload', 'page');
    const listeners = new Map();
    const calls = new Map();
    const send = globalThis[${JSON.stringify(bindingName)}];
    let nextId = 1;
    globalThis.__standInSettle = (id, text, fault) => {
      const call = calls.get(id);
      calls.delete(id);
      if (fault === null) call.resolve(decode(text)); else call.reject(new Error(fault));
    };
    globalThis.__standInDeliver = (channel, text) => {
      for (const listener of [...(listeners.get(channel) ?? [])]) listener({ senderId: 0 }, ...decode(text));
    };
    const only = (name, object) => new Proxy(object, { get(target, key) {
      if (key in target || typeof key === 'symbol' || key === 'then') return target[key];
      throw new Error('The stand-in has no ' + name + '.' + key + ' in a preload.');
    } });
    const on = (channel, listener) => void listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
    const off = (channel, listener) => void listeners.set(channel, (listeners.get(channel) ?? []).filter((each) => each !== listener));
    const electron = only('electron', {
      contextBridge: only('contextBridge', {
        exposeInMainWorld(name, api) {
          document.dispatchEvent(new CustomEvent(${JSON.stringify(`${mark}expose`)}, { detail: { name, value: wire.expose(api) } }));
        },
      }),
      ipcRenderer: only('ipcRenderer', {
        invoke: (channel, ...args) => new Promise((resolve, reject) => {
          const id = nextId++;
          const text = encode(args);
          calls.set(id, { resolve, reject });
          send(JSON.stringify({ id, channel, text }));
        }),
        on, off, addListener: on, removeListener: off,
      }),
    });
    const require = (name) => {
      if (name === 'electron') return electron;
      throw new Error('module not found: ' + name);
    };
    ((require, module, exports) => {
${preload}
    })(require, { exports: {} }, {});
  })()`;
}
