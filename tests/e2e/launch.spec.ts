import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { startVastSimulator, type VastSimulator } from '#core/demo/vast/simulator.ts';
import { room as call } from '../support/command-line.ts';
import { expect, test as base } from '../support/room-fixture.ts';
import { startRoom } from '../support/room-process.ts';
import { startSshd } from '../support/sshd.ts';

async function openLaunch(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('l');
  await expect(page.getByRole('heading', { name: 'Launch', level: 1 })).toBeVisible();
}

/** A room of its own on a provider whose minutes are seconds, with the Launch screen open. */
type Launching = { readonly page: Page; readonly provider: VastSimulator };
const test = base.extend<{ readonly launching: Launching }>({
  launching: async ({ page, watch }, use) => {
    const sshd = await startSshd();
    const provider = await startVastSimulator({
      fleet: 'empty',
      speed: 20,
      rented: { ssh: { direct: sshd, proxy: sshd }, log: `blueprint-lease 7 host-key ${sshd.hostKey().keygenLine}\n` },
    });
    const room = await startRoom({
      env: { VAST_URL: provider.url, VAST_API_KEY: provider.apiKey, ROOM_VAST_SPEED: '20' },
    });
    const settings = JSON.stringify({ sshKeyFile: sshd.keyFile, sshUser: sshd.user });
    await call(['settings.set', settings, '--workspace', room.workspaceFolder], { home: room.workspaceFolder });
    try {
      await page.setViewportSize({ width: 1440, height: 900 });
      await watch(page);
      await page.goto(room.url);
      await openLaunch(page);
      await expect(page.getByTestId('offer-row').first()).toBeVisible();
      await use({ page, provider });
    } finally {
      // A page that is still open asks for things until it hears of the end.
      await page.goto('about:blank');
      await room.stop();
      await provider.close();
      await sshd.close();
    }
  },
});

/** Plans the cheapest offer by the keyboard, and says why it is launched without its token. */
async function planFirst(page: Page): Promise<void> {
  await page.getByRole('grid', { name: 'Offers' }).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('rent')).toContainText('held by “The secrets are set”');
  await expect(page.getByTestId('rent')).toBeDisabled();
  await page.getByLabel('Why it is launched all the same').fill('nothing gated is read');
  await expect(page.getByTestId('rent')).toBeEnabled();
}

async function confirm(page: Page): Promise<void> {
  await page.getByTestId('rent').click();
  const sheet = page.getByRole('dialog', { name: /^Rent 1× H100/ });
  const button = sheet.getByRole('button', { name: /^Rent 1×/ });
  await expect(sheet.getByRole('button', { name: 'Cancel' })).toBeFocused();
  const label = await sheet.locator('label').textContent();
  await sheet.getByRole('textbox').fill('H100');
  await expect(button).toBeDisabled();
  await page.keyboard.press('Enter');
  await expect(sheet).toBeVisible();
  await sheet.getByRole('textbox').fill(label!.split('price: ')[1]!);
  await expect(button).toBeEnabled();
  await page.keyboard.press('Enter');
  await expect(sheet).toBeHidden();
}

test(
  'a machine is rented on one screen: preset, offers, plan, typed confirmation, job, machine',
  { tag: '@browser' },
  async ({ launching: { page, provider } }) => {
    await planFirst(page);
    const plan = page.getByRole('complementary', { name: 'Plan' });
    await expect(plan).toContainText('Ready, 1 check overridden');
    await expect(plan).toContainText('Cap OFF, no limit');
    await expect(plan).toContainText('HF_TOKEN');
    expect((await new AxeBuilder({ page }).analyze()).violations.map((it) => it.id)).toEqual([]);
    expect(provider.control.machines()).toEqual([]);
    await confirm(page);
    const launch = page.getByRole('complementary', { name: 'Launch under way' });
    await expect(launch.getByRole('list', { name: 'Steps' })).toContainText('Create the machine');
    const open = launch.getByRole('link', { name: /^Open machine \d+$/ });
    await expect(open).toBeVisible({ timeout: 60_000 });
    const [machine] = provider.control.machines();
    expect(await open.getAttribute('href')).toBe(`/fleet/${machine!.id}`);
    expect((await new AxeBuilder({ page }).analyze()).violations.map((it) => it.id)).toEqual([]);
    await launch.getByRole('button', { name: 'Launch another' }).click();
    await expect(page.getByRole('complementary', { name: 'Plan' })).toBeVisible();
  },
);

test(
  'a price that moved rents nothing and is planned again; an offer that is gone leads back to the offers',
  { tag: '@browser' },
  async ({ launching: { page, provider } }) => {
    await planFirst(page);
    provider.control.setFault({ name: 'price_moved' });
    await confirm(page);
    const launch = page.getByRole('complementary', { name: 'Launch under way' });
    await expect(launch).toContainText('is not what was planned');
    await expect(launch).toContainText('Nothing was rented');
    await launch.getByRole('button', { name: 'Plan again' }).click();
    await expect(page.getByTestId('rent')).toBeVisible();
    provider.control.clearFaults();
    provider.control.setFault({ name: 'offer_gone' });
    await page.getByTestId('plan').click();
    await page.getByLabel('Why it is launched all the same').fill('nothing gated is read');
    await expect(page.getByTestId('rent')).toBeEnabled();
    await confirm(page);
    await expect(launch).toContainText('Not rented');
    expect(provider.control.machines()).toEqual([]);
  },
);

test(
  'a search that fails keeps the offers and says why; a search without offers says which filter it is',
  { tag: '@browser' },
  async ({ launching: { page, provider } }) => {
    const offers = page.getByTestId('offer-row');
    const count = await offers.count();
    provider.control.setFault({ name: 'rate_limit_storm' });
    await page.keyboard.press('s');
    await expect(page.getByRole('alert')).toContainText('The newest search failed; these offers are older');
    await expect(page.getByRole('alert')).toContainText('rate_limited');
    await expect(offers).toHaveCount(count);
    provider.control.clearFaults();
    await page.getByLabel('Most, $/h').fill('0.01');
    await page.keyboard.press('Enter');
    await expect(page.getByText('No offer fits right now')).toBeVisible();
    await expect(page.getByRole('alert')).toBeHidden();
    await page
      .getByRole('button', { name: /^Leave out / })
      .first()
      .click();
    await page.getByLabel('Most, $/h').press('Enter');
    await expect(offers).toHaveCount(count);
    await page.getByLabel('GPUs', { exact: true }).fill('two');
    await expect(page.getByRole('alert')).toContainText('Not a number');
    await expect(page.getByRole('button', { name: 'Search', exact: true })).toBeDisabled();
  },
);

test(
  'with a refused key nothing is shown as empty, and the way on is a search',
  { tag: '@browser' },
  async ({ page, watch }) => {
    const provider = await startVastSimulator({ fleet: 'empty' });
    const room = await startRoom({ env: { VAST_URL: provider.url, VAST_API_KEY: 'a-wrong-key' } });
    try {
      await watch(page);
      await page.goto(room.url);
      await openLaunch(page);
      await expect(page.getByRole('alert')).toContainText('Offers could not be read');
      await expect(page.getByRole('alert')).toContainText('key_refused');
      await expect(page.getByRole('button', { name: 'Search again' }).last()).toBeEnabled();
      await expect(page.getByText('No offer fits')).toBeHidden();
    } finally {
      // A page that is still open asks for things until it hears of the end.
      await page.goto('about:blank');
      await room.stop();
      await provider.close();
    }
  },
);
