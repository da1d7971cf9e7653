import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';
import { chromiumArgs, chromiumPath, chromiumSandbox } from '../../tests/support/chromium.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const report = process.env['ROOM_TEST_REPORT'];

/** `*.spec.ts` is Playwright's, `*.test.ts` is Vitest's (vitest.config.ts). */
export default defineConfig({
  testDir: `${root}tests`,
  testMatch: '**/*.spec.ts',
  outputDir: `${root}test-results`,
  forbidOnly: process.env['CI'] === 'true',
  // A test that passes only at the second try has failed.
  retries: 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: report === undefined ? 'list' : [['list'], ['json', { outputFile: report }]],
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: {
      ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
      args: chromiumArgs,
      chromiumSandbox,
    },
  },
});
