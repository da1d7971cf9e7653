import { readFileSync } from 'node:fs';
import { expectNoAxeFaults } from '../support/axe.ts';
import { expect, test } from '../support/room-fixture.ts';

test(
  'the memory is searched, says what it knows of a log, learns a line, and is handed on as OPS_MEMORY.md',
  { tag: '@browser' },
  async ({ openRoom }) => {
    const { page, origin } = await openRoom({ demo: true });
    await page.emulateMedia({ reducedMotion: 'reduce' });
    // Keys belong to a page that is there.
    await expect(page.getByRole('heading', { name: 'Morning' })).toBeVisible();
    await page.keyboard.press('g');
    await page.keyboard.press('o');
    const rows = page.getByTestId('memory-row');
    await expect(page.getByRole('region', { name: 'The thirteen' }).getByTestId('memory-row')).toHaveCount(13);
    await page.keyboard.press('/');
    await page.keyboard.type('natsort');
    await expect(rows.first()).toContainText('Incident 5');
    await rows.first().click();
    const detail = page.getByTestId('memory-detail');
    await expect(detail).toContainText('Never ran in this workspace');
    await expect(detail.getByRole('button', { name: /^Copy the log signature/ })).toBeVisible();

    await page.getByRole('button', { name: 'Compare a log…' }).click();
    const match = page.getByRole('dialog');
    await match.getByLabel('Lines of a log').fill("ModuleNotFoundError: No module named 'natsort'");
    await match.getByRole('button', { name: 'Compare', exact: true }).click();
    await expect(match.getByRole('link', { name: /incident 5/i })).toBeVisible();
    await expectNoAxeFaults(page);
    await match.getByLabel('Lines of a log').fill('NVRM: Xid 79, GPU has fallen off the bus');
    await match.getByRole('button', { name: 'Compare', exact: true }).click();
    await match.getByRole('button', { name: 'Remember this line…' }).click();

    const add = page.getByRole('dialog', { name: 'Add to the memory' });
    await expect(add.getByLabel('Line of a log')).toHaveValue('NVRM: Xid 79, GPU has fallen off the bus');
    await add.getByLabel('Name').fill('The GPU fell off the bus');
    await expect(add.getByRole('button', { name: 'Add' })).toBeDisabled();
    await add.getByLabel('What is seen').fill('Xid 79 in the log of the kernel, and the GPU is gone.');
    await add.getByLabel('What it was').fill('A fault of the host.');
    await add.getByLabel('Fixed for good by').fill('Another host.');
    await add.getByLabel('When it is met').fill('Destroy the machine and report the host.');
    await add.getByRole('button', { name: 'Add' }).click();
    await expect(page).toHaveURL(/\/memory\/the-gpu-fell-off-the-bus$/);
    await expect(detail).toContainText('A fault of the host.');

    await page.keyboard.press('l');
    await match.getByLabel('Lines of a log').fill('NVRM: Xid 79, GPU has fallen off the bus');
    await match.getByRole('button', { name: 'Compare', exact: true }).click();
    await expect(match.getByRole('link', { name: /GPU fell off the bus/ })).toBeVisible();
    await match.getByRole('button', { name: 'Close', exact: true }).last().click();

    await page.getByRole('button', { name: 'OPS_MEMORY.md' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Save as OPS_MEMORY.md' }).click();
    const markdown = readFileSync(await (await download).path(), 'utf8');
    expect(markdown).toContain('The GPU fell off the bus');
    expect(markdown).toContain('natsort');

    // The demo's run that failed says which known failure it repeats.
    await page.goto(`${origin}/runs`);
    await page.getByTestId('run-row').first().click();
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Known failures' }).getByRole('link').first().click();
    await expect(page).toHaveURL(/\/memory\/5$/);
  },
);
