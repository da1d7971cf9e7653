import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { enginePidOf } from '../support/engine-pid.ts';
import { callFromPage, showRuns } from '../support/desktop-page.ts';
import { expect, test } from '../support/room-fixture.ts';

test.use({ expectedConsoleErrors: [/Failed to load resource|net::ERR_/] });

test('an engine that is killed under a pending call: the call is rejected within a second, and the window recovers', async ({
  openRoom,
}) => {
  const { page, workspaceFolder } = await openRoom({ demo: true });
  await showRuns(page);
  const first = enginePidOf(workspaceFolder);
  // Stopped first, so that the call is surely on its way and not answered when the engine dies.
  process.kill(first, 'SIGSTOP');
  await page.evaluate(() => {
    type Answer = { readonly ok: boolean; readonly error?: { readonly code: string; readonly message: string } };
    const { invoke } = (window as unknown as { room: { invoke: (method: string, input: unknown) => Promise<Answer> } })
      .room;
    const pending = invoke('runs.list', {}).then((answer) => ({
      code: answer.error?.code ?? 'answered',
      at: performance.timeOrigin + performance.now(),
    }));
    Object.assign(window, { pending });
  });
  const killedAt = Date.now();
  process.kill(first, 'SIGKILL');
  const { code, at } = await page.evaluate(
    () => (window as unknown as { pending: Promise<{ code: string; at: number }> }).pending,
  );
  expect(code).toBe('engine_lost');
  expect(at - killedAt).toBeLessThan(1000);

  await expect
    .poll(async () =>
      callFromPage(page, 'room.info', {}).then(
        (info) => info.role,
        () => 'lost',
      ),
    )
    .toBe('resident');
  const second = enginePidOf(workspaceFolder);
  expect(second).not.toBe(first);
  await expect(page.getByRole('alert')).toBeHidden();
  await expect(page.locator('.foot')).toContainText('Live');
  await expect(page.getByTestId('run-row')).toHaveCount(3);
  expect(
    await page.evaluate(async () => (await fetch('/media/aaaaaaaaaaaaaaaaaaaaaaaaaa', { cache: 'no-store' })).status),
  ).toBe(404);
});

test('while the engine is away the room says so and keeps what it read; a person can start it at once', async ({
  openRoom,
}) => {
  test.setTimeout(180_000);
  const { page, workspaceFolder } = await openRoom({ demo: true });
  await showRuns(page);
  // Several losses in a row make the wait long enough to be seen.
  for (let loss = 0; loss < 4; loss++) {
    const pid = enginePidOf(workspaceFolder);
    process.kill(pid, 'SIGKILL');
    if (loss < 3)
      await expect
        .poll(
          async () =>
            callFromPage(page, 'room.info', {}).then(
              () => enginePidOf(workspaceFolder) !== pid,
              () => false,
            ),
          // An engine starts as fast as the computer lets it, and waits longer after each loss.
          { timeout: 45_000 },
        )
        .toBe(true);
  }
  await expect(page.getByRole('alert')).toContainText('Engine does not answer');
  await expect(page.getByTestId('run-row')).toHaveCount(3);
  await page.getByRole('alert').getByRole('button').first().click();
  await expect(page.getByRole('alert')).toBeHidden();
  await expect(page.locator('.foot')).toContainText('Live');
});

test('the engine closes its files before the app ends, and ends with it; killed, the app takes it along', async ({
  openDesktop,
}) => {
  const first = await openDesktop();
  await callFromPage(first.page, 'room.info', {});
  const closed = enginePidOf(first.workspaceFolder);
  await first.stop({ keep: true });
  expect(isAlive(closed)).toBe(false);
  expect(existsSync(join(first.workspaceFolder, 'history.db-wal'))).toBe(false);

  const second = await openDesktop({ home: first.home, workspaceFolder: first.workspaceFolder });
  await callFromPage(second.page, 'room.info', {});
  const orphan = enginePidOf(second.workspaceFolder);
  second.application.process().kill('SIGKILL');
  await expect.poll(() => isAlive(orphan)).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
