import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The page as static files. Nothing may be inlined: the page's policy allows scripts, styles,
 * fonts and workers from its own origin only.
 */
// vite reads the default export of its configuration
export default defineConfig({
  root: `${projectRoot}/renderer`,
  base: '/',
  publicDir: `${projectRoot}/renderer/public`,
  // The cache stays out of node_modules, which is replaced as a whole.
  cacheDir: `${projectRoot}/.cache/vite`,
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    outDir: `${projectRoot}/out/renderer`,
    emptyOutDir: true,
    target: 'chrome138',
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
    // client/zod-config.ts has to run before any schema is made: without this, code that moved to a
    // shared chunk runs first, and zod's probe for eval breaks the page's policy.
    rolldownOptions: { output: { strictExecutionOrder: true } },
  },
});
