import type { Page } from '@playwright/test';
import { startVastSimulator, type VastSimulator } from '#core/demo/vast/simulator.ts';
import { room as call } from '../support/command-line.ts';
import { cookiesOf, expect, test as base } from '../support/room-fixture.ts';
import { startRoom, type RoomProcess } from '../support/room-process.ts';
import { startSshd } from '../support/sshd.ts';

const speed = 30;

type Guarded = {
  readonly page: Page;
  readonly room: RoomProcess;
  readonly provider: VastSimulator;
  readonly sshd: Awaited<ReturnType<typeof startSshd>>;
  /** A machine of ours that runs and answers SSH, with its page open. */
  readonly id: number;
};
const test = base.extend<{ readonly guarded: Guarded }>({
  guarded: async ({ page, browser, watch }, use) => {
    const sshd = await startSshd();
    const provider = await startVastSimulator({ fleet: 'empty', speed });
    const room = await startRoom({
      env: { VAST_URL: provider.url, VAST_API_KEY: provider.apiKey, ROOM_VAST_SPEED: String(speed) },
    });
    const say = async (method: string, input: unknown): Promise<void> => {
      const answer = await call([method, JSON.stringify(input), '--workspace', room.workspaceFolder], {
        home: room.workspaceFolder,
      });
      expect(answer.code, answer.stderr).toBe(0);
    };
    try {
      const address = { host: sshd.host, port: sshd.port };
      const id = await provider.control.addMachine({
        label: 'guarded',
        status: 'running',
        gpuPerHourUsd: 2,
        ssh: { direct: address, proxy: null },
      });
      await say('settings.set', { sshKeyFile: sshd.keyFile, sshUser: sshd.user });
      await say('instances.list', { again: true });
      await say('instances.adopt', { id: String(id), as: 'ours' });
      await page.context().addCookies([...(await cookiesOf(browser, room))]);
      await watch(page);
      await page.goto(`${room.origin}/fleet/${id}`);
      await expect(page.locator('.machine .bar')).toContainText('guarded');
      await use({ page, room, provider, sshd, id });
    } finally {
      await page.goto('about:blank');
      await room.stop();
      await provider.close();
      await sshd.close();
    }
  },
});

test.describe('what stops a machine by itself', { tag: '@browser' }, () => {
  test.setTimeout(120_000);

  const shutdown = (page: Page) => page.getByRole('region', { name: 'Auto-shutdown' });
  const ssh = (page: Page) => page.getByRole('region', { name: 'SSH' });

  async function arm(page: Page): Promise<void> {
    await shutdown(page).getByRole('button', { name: 'Arm…' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByLabel('Stop after idle, minutes').fill('0');
    await expect(sheet.getByRole('button', { name: 'Arm the guard' })).toBeDisabled();
    await sheet.getByLabel('Stop after idle, minutes').fill('OFF');
    await sheet.getByLabel(/^Stop in any case after/).fill('20');
    await sheet.getByRole('button', { name: 'Arm the guard' }).click();
    await expect(sheet).toBeHidden();
  }

  test('the room’s guard is armed with a deadline, changed and taken off, each said where it counts', async ({
    guarded: { page, room, id },
  }) => {
    await expect(shutdown(page)).toContainText('This room does not stop it.');
    await arm(page);
    await expect(shutdown(page)).toContainText('idle OFF');
    await expect(shutdown(page)).toContainText('stops even when a copy fails');
    await expect(page.locator('.at-guards')).toContainText('0 of 1 armed', { ignoreCase: true });
    await expect(page.locator('.moments')).toContainText('Guard armed');
    await shutdown(page).getByRole('button', { name: 'Change…' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByLabel('Stop after idle, minutes').fill('45');
    await sheet.getByLabel(/^Stop in any case after/).fill('OFF');
    await sheet.getByRole('button', { name: 'Change the guard' }).click();
    await expect(shutdown(page)).toContainText('stops after 45 min idle');
    await expect(shutdown(page), 'the deadline that was set is kept').not.toContainText('deadline OFF');
    await shutdown(page).getByRole('button', { name: 'Disarm' }).click();
    await expect(shutdown(page)).toContainText('This room does not stop it.');
    await page.goto(`${room.origin}/fleet`);
    await expect(page.locator(`[data-machine-id="${id}"]`)).toContainText('nothing stops it');
  });

  test('a host key counts once its fingerprint is typed, and another one is refused', async ({
    guarded: { page, sshd },
  }) => {
    await ssh(page).getByRole('button', { name: 'Knock now' }).click();
    await expect(ssh(page)).toContainText('Shown, not accepted');
    const field = ssh(page).getByLabel('Fingerprint, as another source shows it');
    await field.fill('SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');
    await ssh(page).getByRole('button', { name: 'Accept' }).click();
    await expect(ssh(page).getByRole('alert')).toContainText('Not accepted.');
    await field.fill(sshd.hostKey().fingerprint);
    await ssh(page).getByRole('button', { name: 'Accept' }).click();
    await expect(ssh(page)).toContainText('its fingerprint was typed');
    await ssh(page).getByRole('button', { name: 'Knock now' }).click();
    await expect(ssh(page).locator('h2')).toContainText('SSH up');
  });

  test('a shutdown command is judged by what it does, before it is trusted', async ({ guarded: { page } }) => {
    const field = shutdown(page).getByLabel('Would this command end the bill?');
    await field.fill('echo stop');
    await expect(shutdown(page)).toContainText('Placeholder');
    await field.fill('poweroff');
    await expect(shutdown(page)).toContainText('Power-off only');
  });

  test('stop everything stops what is armed, names what is not, and shows a line of proof', async ({
    guarded: { page, room, provider, id },
  }) => {
    const other = await provider.control.addMachine({ label: 'unarmed', status: 'running', gpuPerHourUsd: 1 });
    await arm(page);
    await page.goto(`${room.origin}/fleet`);
    await page.getByRole('button', { name: 'Read again' }).click();
    await expect(page.locator(`[data-machine-id="${other}"]`)).toBeVisible();
    await page.getByRole('button', { name: 'Stop everything…' }).click();
    const sheet = page.getByRole('dialog');
    await expect(sheet).toContainText('guarded');
    await expect(sheet).toContainText('Not armed here');
    const send = sheet.getByRole('button', { name: 'Stop 1 armed' });
    await expect(send).toBeDisabled();
    await sheet.getByTestId('typed-confirmation').fill('stop everything');
    await send.click();
    await expect(page.locator(`[data-machine-id="${id}"]`)).toContainText(/proved \d/, { timeout: 60_000 });
    const truth = new Map(provider.control.machines().map((it) => [it.id, it]));
    expect(truth.get(id)).toMatchObject({ intendedStatus: 'stopped', isBilledForGpu: false });
    expect(truth.get(other), 'what nobody armed goes on').toMatchObject({ isBilledForGpu: true });
  });
});
