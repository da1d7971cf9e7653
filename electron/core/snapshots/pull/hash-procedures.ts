import { PrefixHash } from '../../tasks/prefix-hash.ts';
import type { ProcedureContext } from '../../threads/rpc.ts';

type Entry = { readonly hash: PrefixHash; tail: Promise<string> };
const files = new Map<string, Entry>();

/** Hashes that move on while their files grow; calls for one file run one after the other. */
export const hashProcedures = {
  advance: (
    input: { readonly path: string; readonly bytes: number },
    { signal }: ProcedureContext,
  ): Promise<string> => {
    const entry = files.get(input.path) ?? { hash: new PrefixHash(input.path), tail: Promise.resolve('') };
    files.set(input.path, entry);
    entry.tail = entry.tail.catch(() => '').then(() => entry.hash.advanceTo(input.bytes, signal));
    return entry.tail;
  },
  forget: (input: { readonly path: string }): null => {
    files.delete(input.path);
    return null;
  },
};
