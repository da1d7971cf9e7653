import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';
import { chromiumArgs, chromiumPath, chromiumSandbox } from '../../tests/support/chromium.ts';
import { findElectron, type Shell } from '../../tests/support/desktop-app.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const report = process.env['ROOM_TEST_REPORT'];

/**
 * The same specs in each shell: the room in a browser, the desktop app on the stand-in for Electron,
 * and on Electron itself where its binary is. A spec for which the shell makes no difference carries
 * the tag `@browser` and runs there only; `desktop/` has what only the app has.
 */
const inDesktop = ['e2e/**/*.spec.ts', 'desktop/**/*.spec.ts'];
const electron = findElectron();
// Workers read this file as well; the line is for the person who started it.
if ('missing' in electron && process.env['TEST_WORKER_INDEX'] === undefined) {
  console.log(`The project electron is skipped: ${electron.missing}.`);
}

/** `*.spec.ts` is Playwright's, `*.test.ts` is Vitest's (vitest.config.ts). */
export default defineConfig<object, { readonly shell: Shell }>({
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
  projects: [
    { name: 'browser', testIgnore: 'desktop/**', use: { shell: 'browser' } },
    { name: 'standin', testMatch: inDesktop, grepInvert: /@browser/, use: { shell: 'standin' } },
    ...('path' in electron
      ? [
          {
            name: 'electron',
            testMatch: inDesktop,
            grepInvert: /@browser|@standin/,
            use: { shell: 'electron' as const },
          },
        ]
      : []),
  ],
});
