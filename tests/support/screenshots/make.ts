import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from '@playwright/test';
import { chromiumArgs, chromiumPath, chromiumSandbox } from '../chromium.ts';
import { startRoom } from '../room-process.ts';

/**
 * Makes the pictures of the README anew: the demo workspace, dark, 1440 by 900.
 * Build the page first, then `node_modules/.bin/node tests/support/screenshots/make.ts`.
 */
const folder = fileURLToPath(new URL('../../../resources/screenshots/', import.meta.url));
const longestWaitMs = 60_000;

/** True once every poster in view holds a picture. */
async function postersDrawn(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const canvases = [...document.querySelectorAll<HTMLCanvasElement>('.poster canvas')];
      return canvases.length > 0 && canvases.every((canvas) => canvas.width !== 300 || canvas.height !== 150);
    },
    undefined,
    { timeout: longestWaitMs },
  );
}

const workspace = await mkdtemp(join(tmpdir(), 'room-pictures-'));
const room = await startRoom({ demo: true, workspaceFolder: join(workspace, 'demo') });
const browser = await chromium.launch({
  ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
  args: chromiumArgs,
  chromiumSandbox,
});
try {
  await mkdir(folder, { recursive: true });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });
  await page.goto(room.url);
  await page.locator('.mline').first().waitFor({ timeout: longestWaitMs });

  await page.goto(`${room.origin}/runs`);
  await page.getByTestId('run-row').nth(1).click({ timeout: longestWaitMs });
  await postersDrawn(page);
  await page.screenshot({ path: `${folder}runs.png` });

  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.keyboard.press('c');
  for (const side of ['compare-left', 'compare-right'])
    await page.locator(`[data-testid=${side}][data-frame]`).first().waitFor({ timeout: longestWaitMs });
  for (let step = 0; step < 12; step += 1) await page.keyboard.press('ArrowRight');
  await page.locator('[data-testid=compare-left][data-frame="24"]').first().waitFor({ timeout: longestWaitMs });
  await page.screenshot({ path: `${folder}compare.png` });
  console.log(`Made runs.png and compare.png in ${folder}`);
} finally {
  await browser.close();
  await room.stop();
  await rm(workspace, { recursive: true, force: true });
}
