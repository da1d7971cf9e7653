import { EventEmitter } from 'node:events';

/** What tools ask any object for; the answer is that it is not there. */
const harmless: ReadonlySet<string | symbol> = new Set([
  'then',
  'toJSON',
  'asymmetricMatch',
  'nodeType',
  '$$typeof',
  '__esModule',
]);

/**
 * An object of the stand-in: whatever it does not have throws and says so, so that no test passes
 * on something that Electron would have done.
 */
export function honest<T extends object>(name: string, implemented: T): T {
  return new Proxy(implemented, {
    get(target, key, receiver) {
      if (Reflect.has(target, key) || typeof key === 'symbol' || harmless.has(key))
        return Reflect.get(target, key, receiver) as unknown;
      throw new Error(
        `The stand-in has no ${name}.${key}: implement it in tests/support/standin, as Electron does it.`,
      );
    },
  });
}

/** An honest emitter, that knows which events it can ever emit: listening for any other throws. */
export class HonestEmitter extends EventEmitter {
  readonly #name: string;
  readonly #events: ReadonlySet<string>;

  constructor(name: string, events: readonly string[]) {
    super();
    this.#name = name;
    this.#events = new Set([...events, 'newListener', 'removeListener']);
    this.setMaxListeners(50);
    for (const method of ['on', 'once', 'addListener', 'prependListener', 'prependOnceListener'] as const) {
      const plain = this[method].bind(this);
      this[method] = (event, listener) => {
        if (typeof event === 'string' && !this.#events.has(event)) {
          throw new Error(
            `The stand-in never emits '${event}' of ${this.#name}: implement it in tests/support/standin.`,
          );
        }
        plain(event, listener);
        return this;
      };
    }
    // Fields of the classes below are made on what this returns: their members see the guarded object, too.
    return honest(name, this);
  }
}

/** An event that a listener may prevent, as Electron's are. */
export function preventable<T extends object>(
  facts: T,
): T & { preventDefault(): void; readonly defaultPrevented: boolean } {
  let isPrevented = false;
  return Object.defineProperties(facts, {
    preventDefault: { value: () => void (isPrevented = true) },
    defaultPrevented: { get: () => isPrevented },
  }) as T & { preventDefault(): void; readonly defaultPrevented: boolean };
}
