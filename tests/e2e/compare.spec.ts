import { expect, test } from '../support/room-fixture.ts';

test('a suggested pair is decoded and stepped by keys, both sides on one frame', async ({ roomPage: page, room }) => {
  await page.goto(`${room.origin}/compare`);
  await page.locator('.cmp-pick').first().click();
  await expect(page.getByText('Both decoded')).toBeVisible();
  const frames = (): Promise<(string | null)[]> =>
    Promise.all(['compare-left', 'compare-right'].map((id) => page.getByTestId(id).getAttribute('data-frame')));
  await page.keyboard.press('Home');
  // The demo's enriched clips begin at frame 12 of their source.
  await expect.poll(frames).toEqual(['12', '12']);
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect.poll(frames).toEqual(['23', '23']);
});
