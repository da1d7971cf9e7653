import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));
const core = `${projectRoot}/electron/core`;

/** What is there at run time and is not packed into a bundle. */
const external = ['electron', 'better-sqlite3', ...builtinModules.flatMap((name) => [name, `node:${name}`])];

/** Stands for the folder of the threads until it is known in which folder the code ends up that names it. */
const threadsMark = 'threads-folder:';

/**
 * A thread that a module starts by `new URL('./x.thread.ts', import.meta.url)` becomes a bundle of its
 * own beside the others, and the address is that of the bundle.
 */
const threadBundles: Plugin = {
  name: 'thread-bundles',
  transform(code, id) {
    const pattern = /(new URL\(\s*['"])(\.[^'"]+)\.thread\.ts(['"],\s*import\.meta\.url)/g;
    if (!pattern.test(code)) return null;
    const changed = code.replaceAll(pattern, (_all, before: string, path: string, after: string) => {
      const name = posix.basename(path);
      this.emitFile({
        type: 'chunk',
        id: posix.join(posix.dirname(id), `${path}.thread.ts`),
        fileName: `threads/${name}.js`,
      });
      return `${before}${threadsMark}${name}.js${after}`;
    });
    return { code: changed, map: null };
  },
  renderChunk(code, chunk) {
    if (!code.includes(threadsMark)) return null;
    const folder = posix.relative(posix.dirname(chunk.fileName), 'threads');
    return {
      code: code.replaceAll(threadsMark, `${folder.startsWith('.') ? '' : './'}${folder}${folder === '' ? '' : '/'}`),
      map: null,
    };
  },
};

/** Native parts that ssh2 takes when they are there: they are never built, so their absence is packed. */
const absentNative = /^cpu-features$|\/sshcrypto\.node$/;
const absentId = '\0absent-native';

/**
 * ssh2 as a part of the bundle. What it tries to load and does without throws, as it does from node_modules;
 * the folder of its files, which a module does not know, is named for a helper of Windows alone and for a
 * WebAssembly part that carries its own bytes.
 */
const ssh2Bundle: Plugin = {
  name: 'ssh2-bundle',
  enforce: 'pre',
  resolveId: (source) => (absentNative.test(source) ? absentId : null),
  load: (id) => (id === absentId ? "throw new Error('not built'); export default null;" : null),
  transform: (code, id) =>
    id.includes('/ssh2/lib/')
      ? { code: code.replaceAll('__dirname', '""').replaceAll('__filename', '""'), map: null }
      : null,
};

/**
 * The desktop shell, its engine and the engine's threads: modules for Node 24, one file each and what
 * they share. The preload is built by itself (vite.preload.config.ts): a sandboxed one is CommonJS.
 */
// vite reads the default export of its configuration
export default defineConfig({
  root: projectRoot,
  publicDir: false,
  cacheDir: `${projectRoot}/node_modules/.vite-desktop`,
  plugins: [threadBundles, ssh2Bundle],
  ssr: { noExternal: true, external: ['electron', 'better-sqlite3'] },
  build: {
    ssr: true,
    outDir: `${projectRoot}/out/desktop`,
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    sourcemap: false,
    rolldownOptions: {
      external,
      input: {
        main: `${projectRoot}/electron/main/index.ts`,
        engine: `${projectRoot}/electron/engine/main.ts`,
        'threads/database': `${core}/db/database.thread.ts`,
        'threads/tasks': `${core}/tasks/tasks.thread.ts`,
        'threads/transfer': `${core}/snapshots/pull/transfer.thread.ts`,
      },
      output: {
        format: 'es',
        entryFileNames: '[name].js',
        chunkFileNames: 'parts/[name].js',
      },
    },
  },
});
