import type { Page } from '@playwright/test';

/** A place of the room, or something that is opened over one. */
export type Screen = {
  readonly name: string;
  readonly path: string;
  /** Is there once the screen has read what it shows. */
  readonly landmark: string;
  /** It is there without any run. */
  readonly isOfRoom?: boolean;
  readonly open?: (page: Page) => Promise<void>;
};

/** The screens of a room that holds the runs of the demo. */
export async function screensOf(page: Page, origin: string): Promise<readonly Screen[]> {
  await page.goto(`${origin}/runs`);
  const rows = page.getByTestId('run-row');
  await rows.nth(2).waitFor();
  const ids = await rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-run-id') ?? ''));
  const run = `/runs/${ids[1]}`;
  await page.goto(`${origin}${run}?tab=sheet`);
  const clips = page.locator('.contact a[href^="/clip/"]');
  await clips.first().waitFor();
  const clip = (await clips.first().getAttribute('href')) ?? '/clip/none';
  await page.goto(`${origin}/compare`);
  await page.locator('.cmp-pick').first().waitFor();
  return [
    { name: 'morning', path: '/', landmark: '.mline', isOfRoom: true },
    { name: 'runs', path: '/runs', landmark: '.peek .evidence', isOfRoom: true },
    {
      name: 'runs-filtered',
      path: '/runs',
      landmark: '.peek .evidence',
      open: (it) => it.getByRole('button', { name: 'Status all' }).click(),
    },
    { name: 'run-failed', path: `/runs/${ids[0]}`, landmark: '.gates' },
    { name: 'run', path: run, landmark: '.gates' },
    { name: 'run-other', path: `/runs/${ids[2]}`, landmark: '.gates' },
    { name: 'run-stage', path: `${run}?stage=s2_enrich`, landmark: '.stagedetail' },
    { name: 'run-sheet', path: `${run}?tab=sheet`, landmark: '.contact figure' },
    { name: 'run-files', path: `${run}?tab=files`, landmark: '.filerow' },
    { name: 'run-unknown', path: '/runs/no-such-run', landmark: '.notice', isOfRoom: true },
    { name: 'compare', path: '/compare', landmark: '.cmp-pick', isOfRoom: true },
    {
      name: 'compare-pair',
      path: '/compare',
      landmark: '.cmp-pick',
      open: async (it) => {
        await it.locator('.cmp-pick').first().click();
        await it.getByText(/Both decoded|Side not shown/).waitFor();
      },
    },
    {
      name: 'compare-turned',
      path: '/compare',
      landmark: '.cmp-pick',
      open: async (it) => {
        await it.locator('.cmp-pick').first().click();
        await it.getByText(/Both decoded|Side not shown/).waitFor();
        await it.getByRole('button', { name: 'Turbo', exact: true }).click();
        await it.getByRole('button', { name: 'Fit both' }).click();
        await it.getByLabel('Side B is shown').selectOption('rotate_180');
        await it.getByLabel('Measure').selectOption('correlation');
      },
    },
    {
      name: 'compare-difference',
      path: '/compare',
      landmark: '.cmp-pick',
      open: async (it) => {
        await it.locator('.cmp-pick').first().click();
        await it.getByText(/Both decoded|Side not shown/).waitFor();
        await it.keyboard.press('4');
        await it.getByRole('button', { name: 'Signed', exact: true }).click();
      },
    },
    { name: 'clip', path: clip, landmark: '[data-testid=compare-left], .cmp' },
    { name: 'review', path: '/review', landmark: '.reviewrow, .notice', isOfRoom: true },
    { name: 'history', path: '/history', landmark: '.main > *', isOfRoom: true },
    { name: 'history-hits', path: '/history?q=cosmos', landmark: '.hit, .notice', isOfRoom: true },
    { name: 'jobs', path: '/jobs', landmark: '.jobrow, .notice', isOfRoom: true },
    {
      name: 'job',
      path: '/jobs',
      landmark: '.jobrow',
      open: (it) => it.locator('.jobrow').first().click(),
    },
    { name: 'fleet', path: '/fleet', landmark: '[data-testid=machine]', isOfRoom: true },
    { name: 'machine', path: '/fleet/32182944', landmark: '.moments' },
    { name: 'launch', path: '/launch', landmark: '[data-testid=offer-row]', isOfRoom: true },
    { name: 'snapshots', path: '/snapshots', landmark: '.snapmachine, .notice', isOfRoom: true },
    { name: 'schedule', path: '/schedule', landmark: '.schedmachine, .notice', isOfRoom: true },
    { name: 'doctor', path: '/doctor', landmark: '.main > *', isOfRoom: true },
    { name: 'settings', path: '/settings', landmark: '.settings', isOfRoom: true },
    { name: 'unknown-address', path: '/no-such-place', landmark: '.notice', isOfRoom: true },
  ];
}

const byKey =
  (key: string, opened: string) =>
  async (page: Page): Promise<void> => {
    await page.keyboard.press(key);
    await page.locator(opened).waitFor();
  };

/** What is opened over a screen, and a screen that can not be drawn. */
export const overlays: readonly Screen[] = [
  { name: 'palette', path: '/runs', landmark: '.peek .evidence', open: byKey('Control+k', '.palette[open]') },
  { name: 'keys', path: '/runs', landmark: '.peek .evidence', open: byKey('?', '.keysheet') },
  { name: 'import', path: '/runs', landmark: '.peek .evidence', open: byKey('i', '#import-path') },
  {
    name: 'import-refused',
    path: '/runs',
    landmark: '.peek .evidence',
    open: async (page) => {
      await byKey('i', '#import-path')(page);
      await page.locator('#import-path').fill('/no/such/folder');
      await page.keyboard.press('Enter');
      await page.getByText('There is no folder at').waitFor();
    },
  },
  {
    name: 'error-boundary',
    path: '/runs',
    landmark: '.peek .evidence',
    open: async (page) => {
      await page.route('**/assets/settings-screen*', (route) => route.abort());
      await page.keyboard.press('g');
      await page.keyboard.press('s');
      await page.getByRole('alert').first().waitFor();
      await page.unroute('**/assets/settings-screen*');
    },
  },
];
