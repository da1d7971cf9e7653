import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from '@playwright/test';
import { chromiumArgs, chromiumPath, chromiumSandbox } from '../chromium.ts';
import { startVastSimulator } from '#core/demo/vast/simulator.ts';
import { startRoom, type RoomProcess } from '../room-process.ts';
import { fleetStates } from './fleet-states.ts';
import { overlays, screensOf, type Screen } from './screens.ts';

/**
 * Takes every screen at three widths in both themes, with the demo, with nothing, with its files
 * gone, with its engine killed and over fleets in every trouble, to be looked at by a person.
 *
 *   npm run build
 *   node_modules/.bin/node tests/support/screenshots/every-screen.ts DIR [part of a name, …]
 *
 * Pictures are DIR/<state>-<screen>-<width>-<theme>.png; with parts of names, only those that have one.
 */
const [folder, ...parts] = process.argv.slice(2);
if (folder === undefined) {
  console.error('every-screen.ts DIR [part of a name, …]');
  process.exit(2);
}

const sizes = [
  { width: 1100, height: 800 },
  { width: 1440, height: 900 },
  { width: 2200, height: 1300 },
] as const;
const themes = ['dark', 'light'] as const;
const demoRuns = fileURLToPath(new URL('../../../resources/demo/vast', import.meta.url));
const isWanted = (name: string): boolean => parts.length === 0 || parts.some((part) => name.includes(part));

/** Every size and theme of what the page shows now. */
async function shoot(page: Page, state: string, screen: string): Promise<void> {
  for (const size of sizes) {
    for (const theme of themes) {
      const name = `${state}-${screen}-${size.width}-${theme}`;
      if (!isWanted(name)) continue;
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: theme });
      // Posters, plots and rows follow a change of size in frames of their own.
      await page.waitForTimeout(400);
      await page.screenshot({ path: join(folder!, `${name}.png`), animations: 'disabled' });
    }
  }
}

async function shootScreens(page: Page, origin: string, state: string, screens: readonly Screen[]): Promise<void> {
  for (const screen of screens) {
    if (!sizes.some(({ width }) => themes.some((theme) => isWanted(`${state}-${screen.name}-${width}-${theme}`))))
      continue;
    await page.setViewportSize({ width: 1440, height: 900 });
    try {
      await page.goto(origin + screen.path);
      await page.locator(screen.landmark).first().waitFor({ timeout: 20_000 });
      await screen.open?.(page);
    } catch (error) {
      console.log(`${state} ${screen.name}: ${String(error).split('\n')[0]}`);
    }
    await shoot(page, state, screen.name);
  }
}

/** Goes on within the page: nobody serves it any more. */
async function shootLost(page: Page, room: RoomProcess, screens: readonly Screen[]): Promise<void> {
  const go = async (path: string): Promise<void> => {
    await page.evaluate((to) => {
      history.pushState(null, '', to);
      dispatchEvent(new PopStateEvent('popstate'));
    }, path);
  };
  await page.goto(room.origin);
  for (const { path, landmark } of screens) {
    await go(path);
    await page.locator(landmark).first().waitFor({ timeout: 20_000 });
  }
  process.kill(room.pid, 'SIGKILL');
  await page.getByRole('alert').first().waitFor();
  for (const { name, path } of screens) {
    await go(path);
    await shoot(page, 'lost', name);
  }
}

async function open(browser: Browser, room: RoomProcess): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(room.url);
  await page.locator('.strip').waitFor();
  return page;
}

const own = await mkdtemp(join(tmpdir(), 'room-every-screen-'));
const browser = await chromium.launch({
  ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
  args: chromiumArgs,
  chromiumSandbox,
});
const rooms: RoomProcess[] = [];
async function startOne(
  name: string,
  isDemo: boolean,
  env: Readonly<Record<string, string>> = {},
): Promise<RoomProcess> {
  const room = await startRoom({
    demo: isDemo,
    workspaceFolder: join(own, name),
    env: { ROOM_HOME: join(own, 'home'), ...env },
  });
  rooms.push(room);
  return room;
}
try {
  await mkdir(folder, { recursive: true });

  const demo = await startOne('demo', true);
  const demoPage = await open(browser, demo);
  const demoScreens = await screensOf(demoPage, demo.origin);
  await shootScreens(demoPage, demo.origin, 'demo', [...demoScreens, ...overlays]);

  for (const state of fleetStates) {
    if (!state.screens.some(({ name }) => isWanted(`${state.name}-${name}-1440-dark`))) continue;
    const provider = await startVastSimulator({ fleet: 'empty', speed: 30 });
    try {
      await state.arrange(provider);
      const env = { VAST_URL: provider.url, VAST_API_KEY: provider.apiKey, ROOM_VAST_SPEED: '30' };
      const room = await startOne(state.name, false, env);
      await state.say?.({ provider, room });
      const first = String(provider.control.machines()[0]?.id ?? 'none');
      const screens = state.screens.map((it) => ({ ...it, path: it.path.replace('{first}', first) }));
      const page = await open(browser, room);
      await shootScreens(page, room.origin, state.name, screens);
      await page.close();
      await room.stop();
      rooms.splice(rooms.indexOf(room), 1);
    } finally {
      await provider.close();
    }
  }

  const empty = await startOne('empty', false);
  const emptyPage = await open(browser, empty);
  await shootScreens(
    emptyPage,
    empty.origin,
    'empty',
    demoScreens.filter((screen) => screen.isOfRoom).map((screen) => ({ ...screen, landmark: '.main > *' })),
  );

  const copy = join(own, 'runs');
  await cp(demoRuns, copy, { recursive: true });
  const missing = await startOne('missing', false);
  const missingPage = await open(browser, missing);
  await missingPage.keyboard.press('i');
  await missingPage.locator('#import-path').fill(copy);
  await missingPage.keyboard.press('Enter');
  await missingPage.getByText('3 new runs').waitFor({ timeout: 60_000 });
  await rm(copy, { recursive: true });
  const missingScreens = (await screensOf(missingPage, missing.origin)).map((screen) => ({
    ...screen,
    landmark: '.main > *',
  }));
  await shootScreens(missingPage, missing.origin, 'missing', missingScreens);

  await shootLost(
    demoPage,
    demo,
    demoScreens.filter((screen) => screen.open === undefined),
  );
} finally {
  await browser.close();
  for (const room of rooms) await room.stop();
  await rm(own, { recursive: true, force: true });
}
