import type { Page } from '@playwright/test';
import { startVastSimulator, type VastSimulator } from '#core/demo/vast/simulator.ts';
import { cookiesOf, expect, test } from '../support/room-fixture.ts';
import { startRoom, type RoomProcess } from '../support/room-process.ts';

/** Minutes pass in seconds; the room and its provider agree on it. */
const speed = 30;
const apiKey = 'test-key';

test.describe('a fleet of a simulated provider', { tag: '@browser' }, () => {
  test.setTimeout(120_000);
  let simulator: VastSimulator;
  let room: RoomProcess;

  test.beforeEach(async ({ page, browser, watch }) => {
    simulator = await startVastSimulator({ mode: 'cli-safe', fleet: 'empty', speed, apiKey });
    room = await startRoom({
      env: { VAST_URL: simulator.url, VAST_API_KEY: apiKey, ROOM_VAST_SPEED: String(speed) },
    });
    await page.context().addCookies([...(await cookiesOf(browser, room))]);
    await watch(page);
  });
  test.afterEach(async ({ page }) => {
    // The page leaves first: it would look for its engine.
    await page.goto('about:blank');
    await room.stop();
    await simulator.close();
  });

  const rowOf = (page: Page, id: number) => page.locator(`[data-machine-id="${id}"]`);

  async function openFleet(page: Page): Promise<void> {
    await page.goto(`${room.origin}/fleet`);
    await page.getByRole('button', { name: 'Read again' }).first().click();
  }

  async function adopt(page: Page, id: number): Promise<void> {
    await rowOf(page, id).click();
    await page.getByRole('button', { name: /^More for/ }).click();
    await page.getByRole('menuitem', { name: 'Whose machine…' }).click();
    await page.getByRole('button', { name: 'Adopt it' }).click();
    await page.locator('dialog[open]').waitFor({ state: 'hidden' });
  }

  async function stopWithoutCopy(page: Page, id: number): Promise<void> {
    await rowOf(page, id).click();
    await page.keyboard.press('x');
    await page.getByLabel('Stop now, skip the copy').check();
    const send = page.getByRole('button', { name: `Stop ${id} without a copy` });
    await expect(send).toBeDisabled();
    await page.getByTestId('typed-confirmation').fill(String(id));
    await send.click();
    await page.locator('dialog[open]').waitFor({ state: 'hidden' });
  }

  test('is listed with what it costs, an unknown machine raises the alarm, and a stop is shown with its proof', async ({
    page,
  }) => {
    const id = await simulator.control.addMachine({ label: 'night', status: 'running', gpuPerHourUsd: 2 });
    await openFleet(page);
    await expect(rowOf(page, id)).toHaveAttribute('data-attention', 'not_ours');
    await expect(page.getByTestId('incident')).toContainText('Unknown machine billed');
    await adopt(page, id);
    await expect(page.getByTestId('incident')).toHaveCount(0);
    await expect(rowOf(page, id)).toHaveAttribute('data-attention', 'running');
    await expect(rowOf(page, id)).toContainText('2.00 +');
    await expect(page.locator('.at-burn')).toContainText('1 GPU, 0 disk');
    await expect(page.locator('.at-api')).toContainText('Live');

    await stopWithoutCopy(page, id);
    await expect(rowOf(page, id)).toContainText('Stopped', { timeout: 40_000 });
    await expect(rowOf(page, id)).toContainText('proved');
    await expect(rowOf(page, id)).toContainText('disk only');
    expect(simulator.control.machines()[0]).toMatchObject({ actualStatus: 'exited', isBilledForGpu: false });
  });

  test('a stop that is accepted and never done turns red and stays red, with what it costs', async ({ page }) => {
    const id = await simulator.control.addMachine({ label: 'stubborn', status: 'running', gpuPerHourUsd: 2 });
    simulator.control.setFault({ name: 'stop_ignored' });
    await openFleet(page);
    await adopt(page, id);
    await stopWithoutCopy(page, id);
    await expect(rowOf(page, id)).toHaveAttribute('data-attention', 'stop_not_confirmed', { timeout: 40_000 });
    const incident = page.getByTestId('incident');
    await expect(incident).toContainText('Stop not confirmed');
    await expect(incident).toContainText('/h until it stops');
    await expect(incident.getByRole('link', { name: 'Open job' })).toHaveAttribute('href', /^\/jobs\//);
    await expect(page.locator('.at-guards')).toContainText('Stop not confirmed');
    await expect(page.locator('.fleetinsp')).toContainText('is not proved to be stopped');

    simulator.control.clearFaults();
    await stopWithoutCopy(page, id);
    await expect(rowOf(page, id)).toContainText('proved', { timeout: 40_000 });
    await expect(incident, 'evidence ends the incident').toHaveCount(0);
  });

  test('under a retired endpoint the last known machines stay, dated and stale', async ({ page }) => {
    const id = await simulator.control.addMachine({ label: 'seen', status: 'running' });
    await openFleet(page);
    await expect(rowOf(page, id)).toBeVisible();
    simulator.control.setFault({ name: 'retired_endpoint' });
    await page.getByRole('button', { name: 'Read again' }).click();
    await expect(page.locator('.at-api')).toContainText('Stale');
    await expect(page.locator('.at-burn')).toContainText('/h at');
    await expect(page.locator('.evidenceline')).toContainText('Last complete list: 1 row');
    await expect(rowOf(page, id)).toBeVisible();
    await page.goto(`${room.origin}/`);
    await expect(page.locator('.at-api')).toContainText('Stale');
  });

  test('destroy needs the id, Return does nothing before, and the machine stays on record', async ({ page }) => {
    const id = await simulator.control.addMachine({ label: 'short', status: 'running' });
    await openFleet(page);
    await adopt(page, id);
    await page.getByRole('button', { name: /^More for/ }).click();
    await page.getByRole('menuitem', { name: 'Destroy…' }).click();
    await expect(page.getByRole('button', { name: 'Cancel' })).toBeFocused();
    const typed = page.getByTestId('typed-confirmation');
    await typed.fill('12345');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: `Destroy ${id}` })).toBeDisabled();
    expect(simulator.control.machines()).toHaveLength(1);
    await typed.fill(String(id));
    await page.keyboard.press('Enter');
    await expect(page.getByText('No machine is rented on this account.')).toBeVisible({ timeout: 40_000 });
    await expect(page.locator('.screen')).toContainText('API list complete: 0 machines');
    await page.goto(`${room.origin}/fleet/${id}`);
    await expect(page.locator('.machine .bar')).toContainText('Gone');
    await expect(page.locator('.moments')).toContainText('Destroy asked');
  });

  test('a cap is an amount or OFF by its word; 0 is neither', async ({ page }) => {
    const id = await simulator.control.addMachine({ label: 'capped', status: 'running', ageSeconds: 36_000 });
    await openFleet(page);
    await adopt(page, id);
    await rowOf(page, id).dblclick();
    const budget = page.getByRole('region', { name: 'Budget' });
    const field = page.locator(`#cap-${id}`);
    await field.fill('0');
    await expect(budget.getByText('For no limit type OFF.')).toBeVisible();
    await expect(budget.getByRole('button', { name: 'Set cap' })).toBeDisabled();
    await field.fill('1000');
    await page.keyboard.press('Enter');
    await expect(budget).toContainText('of $1000.00');
    await field.fill('off');
    await page.keyboard.press('Enter');
    await expect(budget).toContainText('no limit');
    await expect(budget.getByText('OFF', { exact: true })).toBeVisible();
    await field.fill('0.01');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('incident')).toContainText('Over budget, still billed');
  });

  test('a revoked key and forty machines: nothing is invented, and every row can be reached by keys', async ({
    page,
  }) => {
    for (let n = 0; n < 40; n++)
      await simulator.control.addMachine({ label: `batch-${n}`, status: n % 4 === 0 ? 'stopped' : 'running' });
    await openFleet(page);
    await expect(page.getByTestId('machine')).toHaveCount(40);
    await page.getByRole('button', { name: 'By name' }).click();
    await page.getByRole('listbox', { name: 'Machines' }).focus();
    for (let n = 0; n < 39; n++) await page.keyboard.press('ArrowDown');
    await expect(page.locator('.fs.sel')).toContainText('batch-39');
    await expect(page.locator('.fs.sel')).toBeInViewport();
    await page.keyboard.press('Enter');
    await expect(page).toHaveTitle(/batch-39/);
    simulator.control.setFault({ name: 'revoked_key' });
    await page.goto(`${room.origin}/fleet`);
    await page.getByRole('button', { name: 'Read again' }).click();
    await expect(page.locator('.at-api')).toContainText('Stale');
    await expect(page.getByTestId('machine')).toHaveCount(40);
  });
});

test('without a key the room says so, and calls nothing 0', { tag: '@browser' }, async ({ page, browser, watch }) => {
  const room = await startRoom({ env: { VAST_API_KEY: '', VAST_URL: '' } });
  try {
    await page.context().addCookies([...(await cookiesOf(browser, room))]);
    await watch(page);
    await page.goto(`${room.origin}/fleet`);
    await expect(page.getByRole('alert')).toContainText('No Vast key');
    await expect(page.locator('.at-api')).toContainText('No key');
    await expect(page.locator('.at-burn')).not.toContainText('$');
  } finally {
    await page.goto('about:blank');
    await room.stop();
  }
});
