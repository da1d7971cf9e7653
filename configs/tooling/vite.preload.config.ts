import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** The preload: one CommonJS file that requires `electron` and nothing else, as the sandbox wants it. */
// vite reads the default export of its configuration
export default defineConfig({
  root: projectRoot,
  publicDir: false,
  cacheDir: `${projectRoot}/node_modules/.vite-preload`,
  build: {
    ssr: true,
    outDir: `${projectRoot}/out/desktop`,
    // It is built after the rest of the folder.
    emptyOutDir: false,
    target: 'chrome146',
    minify: false,
    sourcemap: false,
    rolldownOptions: {
      external: ['electron'],
      input: { preload: `${projectRoot}/electron/preload/index.ts` },
      output: { format: 'cjs', entryFileNames: '[name].cjs' },
    },
  },
});
