import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { mutate } from './mutants.ts';

/** Loaded before everything else, in each process and thread: what Node reads itself is read mutated. */
registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (!url.startsWith('file:') || loaded.source === undefined || loaded.source === null) return loaded;
    const path = fileURLToPath(url);
    if (!/\/(?:shared|electron)\//.test(path) || path.includes('/node_modules/')) return loaded;
    const source =
      typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString();
    const mutated = mutate(path, source);
    return mutated === source ? loaded : { ...loaded, source: mutated };
  },
});
