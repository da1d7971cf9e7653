import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** `*.test.ts` is Vitest's, `*.spec.ts` is Playwright's (playwright.config.ts). */
export default defineConfig({
  root,
  // Vite's cache of pre-bundled packages stays out of node_modules, which is replaced as a whole.
  cacheDir: `${root}.cache/vitest`,
  test: {
    pool: 'forks',
    // Much of what is tested here waits: for a provider, a back-off, a connection that hangs.
    maxWorkers: 3,
    restoreMocks: true,
    unstubEnvs: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['{shared,electron,renderer,build}/**/*.test.{ts,tsx}'],
          testTimeout: 15_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'structure',
          environment: 'node',
          include: ['tests/structure/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          environment: 'node',
          include: ['tests/**/*.test.{ts,tsx}'],
          exclude: ['tests/structure/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
