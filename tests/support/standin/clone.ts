/**
 * What crosses between a page and the main process. Electron clones structurally; a binding of
 * Chromium carries text. These kinds are carried, everything else throws: nothing is lost in silence.
 * The functions are also pasted into pages, so they use nothing from outside themselves.
 */
export function encodeClone(value: unknown): string {
  const walk = (item: unknown): unknown => {
    switch (typeof item) {
      case 'undefined':
        return { $: 'undefined' };
      case 'bigint':
        return { $: 'bigint', v: String(item) };
      case 'function':
      case 'symbol':
        throw new Error('An object could not be cloned.');
      case 'number':
        return Number.isFinite(item) ? item : { $: 'number', v: String(item) };
      case 'string':
      case 'boolean':
        return item;
      case 'object':
        break;
    }
    if (item === null) return null;
    if (Array.isArray(item)) return item.map(walk);
    if (item instanceof Date) return { $: 'date', v: item.getTime() };
    if (item instanceof Uint8Array) return { $: 'bytes', v: Array.from(item) };
    const prototype: unknown = Object.getPrototypeOf(item);
    const isPlain = prototype === null || Object.getPrototypeOf(prototype as object) === null;
    if (!isPlain) throw new Error(`The stand-in can not carry a ${(item as object).constructor.name}.`);
    return { $: 'object', v: Object.entries(item as object).map(([key, inner]) => [key, walk(inner)]) };
  };
  return JSON.stringify(walk(value));
}

export function decodeClone(text: string): unknown {
  const walk = (item: unknown): unknown => {
    if (item === null || typeof item !== 'object') return item;
    if (Array.isArray(item)) return item.map(walk);
    const { $, v } = item as { readonly $: string; readonly v: unknown };
    switch ($) {
      case 'undefined':
        return undefined;
      case 'bigint':
        return BigInt(v as string);
      case 'number':
        return Number(v);
      case 'date':
        return new Date(v as number);
      case 'bytes':
        return Uint8Array.from(v as number[]);
      default:
        return Object.fromEntries((v as [string, unknown][]).map(([key, inner]) => [key, walk(inner)]));
    }
  };
  return walk(JSON.parse(text));
}
