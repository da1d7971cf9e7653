import { expect, test } from '../support/room-fixture.ts';

test('a tile of the contact sheet is scrubbed by the pointer, and shows its middle again when it is left', async ({
  roomPage: page,
  room,
}) => {
  await page.goto(`${room.origin}/runs`);
  // They are read in while the room is new, and the one with pictures is among the last.
  await expect(page.getByTestId('run-row')).toHaveCount(3, { timeout: 30_000 });
  await page.getByTestId('run-row').last().click();
  await page.keyboard.press('Enter');
  await page
    .getByRole('button', { name: 'Contact sheet' })
    .or(page.getByRole('tab', { name: 'Contact sheet' }))
    .click();
  const tile = page.getByRole('region', { name: 'Contact sheet' }).locator('figure').first();
  const picture = (): Promise<string> =>
    tile.locator('canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
  await expect
    .poll(() => tile.locator('canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).width))
    .toBeGreaterThan(300);
  const middle = await picture();
  const { x, y, width, height } = (await tile.locator('.poster').boundingBox())!;

  await page.mouse.move(x + 2, y + height / 2);
  await expect.poll(picture).not.toBe(middle);
  const first = await picture();
  await page.mouse.move(x + width - 2, y + height / 2);
  await expect.poll(picture).not.toBe(first);
  expect(await picture()).not.toBe(middle);
  await page.mouse.move(x + width / 2, y + height + 200);
  await expect.poll(picture).toBe(middle);
});
