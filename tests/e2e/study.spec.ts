import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expectNoAxeFaults } from '../support/axe.ts';
import { expect, test } from '../support/room-fixture.ts';
import { openStudyRoom, seesArm, type StudyRoom } from '../support/study/study-room.ts';

const eventually = expect.configure({ timeout: 60_000 });
const name = 'Arm with the pre-pass';

let opened: StudyRoom;
test.beforeEach(async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  opened = await openStudyRoom(8);
});
test.afterEach(async ({ page }) => {
  await page.goto('about:blank');
  await opened.close();
});

/** Looks at the screen and presses a key for each side, `count` times or until all are answered. */
async function label(page: Page, from: number, count: number): Promise<number> {
  const progress = page.getByTestId('study-progress');
  const wells = page.locator('.study-well');
  for (let answered = from; answered < from + count; answered++) {
    await eventually(progress).toContainText(`${answered} of `);
    if ((await page.getByText(/^All \d+ frames are answered/).count()) > 0) return answered;
    await page.locator('.study-where[data-frame]').waitFor({ state: 'attached' });
    await eventually(page.locator('.study-answer').first()).toBeEnabled();
    const keys = [(await seesArm(page, wells.first())) ? 'f' : 'd', (await seesArm(page, wells.last())) ? 'j' : 'k'];
    for (const key of keys) await page.keyboard.press(key);
  }
  await eventually(progress).toContainText(`${from + count} of `);
  return from + count;
}

test(
  'a study is labelled by keyboard, cut off in the middle, resumed, finished, and has its report',
  { tag: '@browser' },
  async ({ page, watch }) => {
    test.setTimeout(600_000);
    await watch(page);
    await page.goto(opened.room.url);
    await page.goto(`${opened.room.origin}/studies`);
    await page.getByText('No study yet.').waitFor();
    await page.keyboard.press('n');
    const run = (side: string) => page.getByLabel(side);
    const runs = (await opened.call('runs.list', {})).items.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const of = (folder: string): string => runs.find((each) => each.name.includes(folder))!.id;
    await run('Baseline').selectOption(of('baseline'));
    await run('Candidate').selectOption(of('candidate'));
    await eventually(page.getByTestId('study-proposal')).toContainText('Can detecta gain of +0.35');
    await expectNoAxeFaults(page);
    await page.getByLabel('Name').fill(name);
    await page.keyboard.press('Enter');
    await eventually(page.getByText('Nobody has answered yet.')).toBeVisible();
    const address = page.url();
    await page.getByRole('link', { name: 'Label' }).click();

    // One answer is taken back, and the same frame stays in view.
    await label(page, 0, 5);
    const shown = (): Promise<string | null> => page.locator('.study-where').getAttribute('data-frame');
    const before = await shown();
    await label(page, 5, 1);
    await page.keyboard.press('Backspace');
    await eventually(page.getByTestId('study-progress')).toContainText('5 of 88');
    expect(await shown()).toBe(before);
    await expectNoAxeFaults(page);
    await label(page, 5, 35);

    await page.goto('about:blank');
    await opened.killAndReopen();
    await page.goto(opened.room.url);
    await page.goto(`${opened.room.origin}${new URL(address).pathname}/label`);
    await eventually(page.getByTestId('study-progress')).toContainText('40 of 88');
    await label(page, 40, 48);
    await page.getByRole('button', { name: 'Sign off' }).click();
    await eventually(page.getByTestId('study-reviewer')).toContainText('Locked');

    await page.getByRole('button', { name: 'Unblind…' }).click();
    await page.getByTestId('typed-confirmation').fill(name);
    await page.keyboard.press('Enter');
    const result = page.getByTestId('study-result');
    // One reviewer decides nothing, and what was seen is what is there: 0 to 3 of 8 frames against all of them.
    await eventually(result).toContainText('One reviewer only: a second one has to label the same frames.');
    await expect(result).toContainText('Mean gain+0.81');
    await expect(result).toContainText('p, sign-flip test0.0078');
    await expectNoAxeFaults(page);
    await result.getByRole('button', { name: 'Make the report' }).click();
    const saved = page.waitForEvent('download');
    await result.getByRole('button', { name: 'Save as a page' }).click({ timeout: 90_000 });
    const report = readFileSync(await (await saved).path(), 'utf8');
    expect(report).toContain(`<title>${name}</title>`);
    expect(report.match(/<img alt="frame \d+, (baseline|candidate)"/g)).toHaveLength(2 * 8 * 8);
  },
);
