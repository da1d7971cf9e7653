import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { mutate } from '../../tests/faults/mutants/mutants.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** As the tests run always, but that modules are read mutated where Vitest reads them. */
export default defineConfig({
  root,
  cacheDir: `${root}.cache/vitest-mutants`,
  plugins: [
    {
      name: 'mutant',
      enforce: 'pre',
      transform: (source, id) => mutate(id.split('?')[0]!, source),
    },
  ],
  test: {
    // What it keeps of one mutant would be taken for another, and for the product.
    fsModuleCache: false,
    pool: 'forks',
    maxWorkers: 2,
    restoreMocks: true,
    unstubEnvs: true,
    environment: 'node',
    include: ['{shared,tests}/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
