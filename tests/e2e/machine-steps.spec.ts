import { join } from 'node:path';
import { expectNoAxeFaults } from '../support/axe.ts';
import { checkoutVariables, fillCheckout, makeReady, planted } from '../support/checkout/fill-checkout.ts';
import { makeSitePackages } from '../support/checkout/site-packages.ts';
import { eventually, test } from '../support/copying-room.ts';
import { startHub } from '../support/hub.ts';
import { expect } from '../support/room-fixture.ts';

test(
  'a machine is worked on by steps, a bad script is held by name, and a run goes through its gate and is followed',
  { tag: '@browser' },
  async ({ page, openCopyingRoom }) => {
    test.setTimeout(600_000);
    const hub = await startHub(planted);
    const { workspace, sshd, rentedId, at, call, origin } = await openCopyingRoom({
      isRented: true,
      machine: (place) => ({
        ...checkoutVariables(place),
        STEP_DIR: place('.blueprint-step'),
        FINGERPRINT_SITE: place('site-packages'),
        HF_ENDPOINT: hub.address,
      }),
    });
    makeSitePackages(at('site-packages'));
    const machine = fillCheckout(at);
    makeReady(machine, workspace);
    machine.put('scripts/upgrade.sh', '#!/bin/bash\npip install -U piq\n');
    for (const [method, input] of [
      ['instances.list', {}],
      ['settings.set', { sshUser: sshd.user, sshKeyFile: sshd.keyFile }],
      ['ssh.probe', { id: rentedId }],
      ['ssh.acceptHostKey', { id: rentedId, fingerprint: sshd.hostKey().fingerprint }],
    ] as const)
      expect((await call(method, input)).code, method).toBe(0);

    await page.goto(`${origin}/fleet/${rentedId}`);
    await page.getByRole('link', { name: 'Steps', exact: true }).click();
    await eventually(page.getByText('Nothing was run on this machine by the room.')).toBeVisible();
    await expectNoAxeFaults(page);

    await page.keyboard.press('n');
    const sheet = page.getByRole('dialog');
    await sheet.getByLabel('For bash').fill('echo "hello from $0"; exit 3');
    await sheet.getByRole('button', { name: 'Run', exact: true }).click();
    const rows = page.getByTestId('step-row');
    await eventually(rows.first()).toContainText('Failed');
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await rows.first().click();
    const detail = page.getByTestId('step-detail');
    await expect(detail.getByText('3', { exact: true })).toBeVisible();
    await expect(detail.getByTestId('step-log')).toContainText('hello from');
    await expectNoAxeFaults(page);
    await page.keyboard.press('Escape');

    await page.keyboard.press('p');
    await sheet.getByLabel('Checkout on the machine').fill(machine.checkout);
    await sheet.getByLabel('Script of the checkout').fill('scripts/upgrade.sh');
    await sheet.getByRole('button', { name: 'Lint and prepare' }).click();
    const held = page.getByRole('list', { name: 'Findings' });
    await eventually(held).toContainText('scripts/upgrade.sh:2');
    await expect(held).toContainText('install-may-upgrade');
    await expectNoAxeFaults(page);
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.keyboard.press('p');
    await sheet.getByLabel('Checkout on the machine').fill(machine.checkout);
    await sheet.getByLabel('Script of the checkout').fill('scripts/prepare.sh');
    await sheet.getByRole('button', { name: 'Lint and prepare' }).click();
    await eventually(rows.first()).toContainText('Good');
    await expect(page.getByRole('region', { name: 'Environment', exact: true })).toContainText('As it was');

    await page.getByRole('button', { name: 'Remember as good…' }).click();
    await sheet.getByLabel('A name for this state').fill('torch 2.7.0 as prepared');
    await sheet.getByRole('button', { name: 'Remember', exact: true }).click();
    await page.getByRole('button', { name: 'Compare…' }).click();
    await eventually(sheet).toContainText('The same');
    await expectNoAxeFaults(page);
    await sheet.getByRole('button', { name: 'Close', exact: true }).last().click();

    await page.keyboard.press('l');
    await page.getByLabel('Checkout').fill(machine.checkout);
    await page.getByLabel('Configuration, below it').fill(machine.config);
    await page.getByLabel('Run root').fill(join(at('models'), 'outputs'));
    await page.getByRole('button', { name: 'Check all' }).first().click();
    const side = page.getByTestId('gate-side');
    await eventually(side).toContainText(/Blocked by \d+ of \d+/);
    await expectNoAxeFaults(page);
    const launch = side.getByRole('button', { name: /^Launch/ });
    await expect(launch).toBeDisabled();
    for (const blocker of await side.getByTestId('blocker').all()) {
      const id = (await blocker.getAttribute('aria-label'))!.replace('Blocker ', '');
      await blocker.getByText('Launch all the same…').click();
      await blocker.getByLabel(`Type override ${id}`).fill(`override ${id}`);
      await blocker.getByLabel(/^Why/).fill('not on the machine of a test');
      await blocker.getByRole('button', { name: 'Pass over it' }).click();
    }
    await expect(side).toContainText('passed over');
    await launch.click();

    const live = page.getByTestId('live-run');
    await eventually(live).toBeVisible();
    await eventually(live.getByRole('list', { name: 'Stages' })).toContainText('s2_enrich');
    await eventually(detail).toContainText('Good');
    await expect(live).toContainText('Over');
    await expect(live).toContainText(/Spent by this run\$0\.0\d/);
    await expectNoAxeFaults(page);
    const launches = (await call('remote.launches', {})).value as { items: { overrides: unknown[] }[] };
    expect(launches.items[0]!.overrides.length).toBeGreaterThan(0);
    await hub.close();
  },
);
