import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { clipSet } from '../support/clips/clip-set.ts';
import { readCode } from '../support/clips/picture.ts';
import { expect, test } from '../support/room-fixture.ts';

test.use({ trace: 'off' });
test.describe.configure({ timeout: 120_000 });

async function openSuggestedPair(page: Page, at = 0): Promise<void> {
  await page.goto(new URL('/compare', page.url()).href);
  await page.locator('.cmp-pick').nth(at).click();
  await expect(page.getByText('Both decoded')).toBeVisible();
}

/** Frames that both panes say they show, read in one go. */
async function shownFrames(page: Page): Promise<(string | null)[]> {
  return await page.evaluate(() =>
    ['compare-left', 'compare-right'].map(
      (id) => document.querySelector(`[data-testid=${id}]`)?.getAttribute('data-frame') ?? null,
    ),
  );
}

/** Numbers that the pictures on both panes carry. */
async function readPictures(page: Page): Promise<(number | null)[]> {
  const rows = await page.evaluate(() =>
    ['compare-left', 'compare-right'].map((id) => {
      const canvas = document.querySelector<HTMLCanvasElement>(`[data-testid=${id}] canvas`)!;
      const context = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d')!;
      context.drawImage(canvas, 0, 0);
      return Array.from(
        { length: 10 },
        (_, cell) =>
          context.getImageData(Math.floor(((cell + 0.5) * canvas.width) / 10), Math.floor(canvas.height / 16), 1, 1)
            .data[1]!,
      );
    }),
  );
  return rows.map((row) => readCode(row));
}

async function drop(page: Page, files: readonly string[]): Promise<void> {
  const bytes = await Promise.all(files.map(async (path) => (await readFile(path)).toString('base64')));
  await page.evaluate((encoded) => {
    const transfer = new DataTransfer();
    for (const [index, text] of encoded.entries()) {
      transfer.items.add(
        new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], `clip-${index}.mp4`, {
          type: 'video/mp4',
        }),
      );
    }
    document
      .querySelector('.cmp')!
      .dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer }));
  }, bytes);
}

test('a suggested pair is scrubbed by key and pointer, and both sides show one source frame', async ({
  roomPage: page,
}) => {
  await openSuggestedPair(page);
  const timeline = page.getByTestId('timeline');
  const box = (await timeline.boundingBox())!;
  for (const share of [0.1, 0.9, 0.35, 0.62]) {
    await page.mouse.move(box.x + box.width * 0.5, box.y + 15);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * share, box.y + 15, { steps: 12 });
    await page.mouse.up();
    const [first, last] = [
      Number(await timeline.getAttribute('aria-valuemin')),
      Number(await timeline.getAttribute('aria-valuemax')),
    ];
    const wanted = String(first + Math.floor(share * (last - first + 1)));
    await expect.poll(() => shownFrames(page)).toEqual([wanted, wanted]);
  }
  // The clips of the demo begin at frame 12 of their source.
  await page.keyboard.press('Home');
  await expect.poll(() => shownFrames(page)).toEqual(['12', '12']);
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => shownFrames(page)).toEqual(['23', '23']);
  await expect.poll(() => new URL(page.url()).searchParams.get('f')).toBe('23');
  await page.reload();
  await expect.poll(() => shownFrames(page)).toEqual(['23', '23']);
  await page.keyboard.press('x');
  await expect.poll(() => shownFrames(page)).toEqual(['23', '23']);
});

test('dropped files show the frames they name, also through stepping, wheel and swap', async ({ roomPage: page }) => {
  await page.goto(new URL('/compare', page.url()).href);
  await expect(page.locator('.cmp-pick').first()).toBeVisible();
  await drop(page, [await clipSet.long(), await clipSet.longOther()]);
  await expect(page.getByText('Both decoded')).toBeVisible();
  for (const key of [
    'End',
    'ArrowLeft',
    'Shift+ArrowLeft',
    'Home',
    'ArrowRight',
    'Shift+ArrowRight',
    'x',
    'ArrowRight',
  ]) {
    const before = await shownFrames(page);
    await page.keyboard.press(key);
    if (key !== 'x') await expect.poll(() => shownFrames(page)).not.toEqual(before);
    const [left, right] = await shownFrames(page);
    expect(right).toBe(left);
    expect(await readPictures(page)).toEqual([Number(left), Number(left)]);
  }
});

test('after a swap the address names the sides as they are shown, and nothing is decoded again', async ({
  roomPage: page,
}) => {
  await openSuggestedPair(page);
  const sides = () => {
    const { searchParams } = new URL(page.url());
    return [searchParams.get('a'), searchParams.get('b')];
  };
  const [a, b] = sides();
  const names = () =>
    Promise.all(['compare-left', 'compare-right'].map((id) => page.getByTestId(id).getAttribute('aria-label')));
  const [nameA, nameB] = (await names()).map((name) => name!.replace(/^Side ., /, ''));
  const workers = page.workers();
  await page.keyboard.press('x');
  await expect.poll(sides).toEqual([b, a]);
  expect((await names()).map((name) => name!.replace(/^Side ., /, ''))).toEqual([nameB, nameA]);
  // Another decoding would have ended its worker; one that was still starting may have joined.
  expect(page.workers()).toEqual(expect.arrayContaining(workers));
  await page.reload();
  await expect.poll(names).toEqual([`Side A, ${nameB}`, `Side B, ${nameA}`]);
});

test('the readout names a number only while its picture is on the screen', async ({ roomPage: page }) => {
  await page.goto(new URL('/compare', page.url()).href);
  await expect(page.locator('.cmp-pick').first()).toBeVisible();
  await drop(page, [await clipSet.hd(), await clipSet.hdOther()]);
  await expect(page.getByTestId('compare-right')).toBeVisible();
  const found = await page.evaluate(async () => {
    const wrong: string[] = [];
    let empty = 0;
    for (let tick = 0; tick < 90; tick++) {
      if (tick % 6 === 0) {
        const key = ['End', 'Home', 'ArrowRight', '4', '5', '1'][(tick / 6) % 6]!;
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key, code: key, bubbles: true }));
      }
      await new Promise((resolve) => requestAnimationFrame(resolve));
      for (const id of ['compare-left', 'compare-right']) {
        const pane = document.querySelector<HTMLElement>(`[data-testid=${id}]`)!;
        const told = pane.querySelector('.cmp-figures .f')?.textContent ?? '–';
        const painted = pane.dataset['ownFrame'] ?? '–';
        if (told === '–') empty += 1;
        if (told !== painted) wrong.push(`${id} says ${told}, shows ${painted}`);
      }
    }
    return { wrong, empty };
  });
  expect(found.wrong).toEqual([]);
  expect(found.empty).toBeGreaterThan(0);
});

test('Space plays, also after a click on a button of the transport', async ({ roomPage: page }) => {
  await openSuggestedPair(page);
  await page.getByRole('button', { name: '4×' }).click();
  await page.keyboard.press('Home');
  await page.keyboard.press('Space');
  await expect.poll(async () => Number((await shownFrames(page))[0])).toBeGreaterThan(3);
  await expect(page.getByRole('button', { name: '4×' })).toHaveAttribute('aria-pressed', 'true');
});

test('leaving while clips are read and decoded ends the work', async ({ roomPage: page }) => {
  await page.goto(new URL('/compare', page.url()).href);
  await expect(page.locator('.cmp-pick').first()).toBeVisible();
  const before = page.workers().length;
  await drop(page, [await clipSet.hd(), await clipSet.hdOther()]);
  await expect.poll(() => page.workers().length).toBe(before + 1);
  await page.getByRole('link', { name: 'Jobs' }).click();
  await expect(page.getByRole('heading', { name: 'Jobs', level: 1 })).toBeVisible();
  await expect.poll(() => page.workers().length).toBe(before);
});

test('a file that cannot be decoded says so in its pane while the other side plays', async ({ roomPage: page }) => {
  await page.goto(new URL('/compare', page.url()).href);
  await expect(page.locator('.cmp-pick').first()).toBeVisible();
  await drop(page, [await clipSet.long(), await clipSet.mpeg4()]);
  await expect(page.getByTestId('compare-right').getByRole('alert')).toContainText('mp4v');
  await page.keyboard.press('End');
  await expect.poll(() => shownFrames(page)).toEqual(['72', null]);
});

test('an address of one clip and frame opens it there', async ({ roomPage: page }) => {
  await openSuggestedPair(page);
  const clipId = new URL(page.url()).searchParams.get('a')!;
  await page.goto(new URL(`/clip/${clipId}?f=37`, page.url()).href);
  await expect.poll(() => page.getByTestId('compare-left').getAttribute('data-own-frame')).toBe('37');
  await expect(page.getByTestId('compare-right')).toHaveCount(0);
});

for (const theme of ['dark', 'light'] as const) {
  test(`the screen and its chooser pass axe (${theme})`, async ({ roomPage: page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.goto(new URL('/compare', page.url()).href);
    await expect(page.locator('.cmp-pick').first()).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.locator('.cmp-pick').first().click();
    await expect(page.getByText('Both decoded')).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.keyboard.press('p');
    await expect(page.getByRole('dialog', { name: 'Choose a pair' })).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  });
}

test('a look is told beside its picture and taken back at once; the plot says how alike the shown frames are', async ({
  roomPage: page,
}) => {
  await openSuggestedPair(page);
  const value = page.getByTestId('plot-value');
  await expect(value).toHaveText(/^\d+\.\d+ at frame 12$/);
  await page.getByLabel('Measure').selectOption('correlation');
  await expect(value).toHaveText(/^1\.000 at frame 12$/);
  await page.getByLabel('Side B is shown').selectOption('rotate_180');
  await expect(page.getByTestId('compare-right').getByText('Shown turned 180°')).toBeVisible();
  // What is measured is what is seen.
  await expect(value).toHaveText(/^(−|0\.[0-4])\S* at frame 12$/);
  await page.keyboard.press('c');
  await page.getByRole('button', { name: 'Fit both' }).click();
  await expect(page.locator('.cmp-inspector .cmp-scale')).not.toContainText('0.00');
  expect((await new AxeBuilder({ page }).analyze()).violations.map((each) => each.id)).toEqual([]);
  await page.getByRole('button', { name: 'Show as stored' }).click();
  await expect(page.getByTestId('compare-right').getByText('Shown turned 180°')).toBeHidden();
  await expect(value).toHaveText(/^1\.000 at frame 12$/);
});

test('what is on the screen is saved as a picture with what it shows written under it', async ({ roomPage: page }) => {
  await openSuggestedPair(page);
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('e')]);
  expect(download.suggestedFilename()).toMatch(/-frame-12\.png$/);
  const bytes = await readFile(await download.path());
  expect(bytes.subarray(1, 4).toString('latin1')).toBe('PNG');
  const panes = await page.locator('.cmp-pane .cmp-well > canvas').evaluateAll((all) =>
    all.map((canvas) => ({
      width: (canvas as HTMLCanvasElement).width,
      height: (canvas as HTMLCanvasElement).height,
    })),
  );
  expect(bytes.readUInt32BE(16)).toBe(panes[0]!.width + panes[1]!.width + 2);
  expect(bytes.readUInt32BE(20)).toBeGreaterThan(panes[0]!.height + 30);
});
