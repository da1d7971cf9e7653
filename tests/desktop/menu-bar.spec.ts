import { join } from 'node:path';
import type { ElectronApplication } from '@playwright/test';
import { startVastSimulator, type VastSimulator } from '#core/demo/vast/simulator.ts';
import { showRuns } from '../support/desktop-page.ts';
import { expect, test } from '../support/room-fixture.ts';
import { readRecord } from '../support/stand-in-record.ts';
import { temporaryFolder } from '../support/test-core.ts';

type Item = { readonly label?: string; readonly enabled?: boolean; readonly click?: () => void };
type Shown = { readonly title: string; readonly toolTip: string; readonly labels: readonly string[] };

/** The item of the menu bar as it is shown now. */
function shown(application: ElectronApplication): Promise<Shown> {
  return readRecord(application, (record) => {
    const { title, toolTip, menu } = record.trays.at(-1)!;
    const items = (menu as { items: readonly Item[] } | null)?.items ?? [];
    return { title, toolTip, labels: items.map((item) => item.label ?? '').filter((label) => label !== '') };
  });
}

const clickItem = (application: ElectronApplication, label: string): Promise<void> =>
  application.evaluate((_electron, wanted) => {
    const { standIn } = globalThis as unknown as { standIn: { trays: { menu: { items: readonly Item[] } }[] } };
    standIn.trays.at(-1)!.menu.items.find((item) => item.label === wanted)!.click!();
  }, label);

/** Answers the next questions with this button, and keeps what was asked. */
function answerQuestions(application: ElectronApplication, button: 'Quit' | 'Cancel'): Promise<void> {
  return application.evaluate(({ dialog }, wanted) => {
    const asked: unknown[] = [];
    Object.assign(globalThis, { asked });
    dialog.showMessageBox = (async (...args: readonly unknown[]) => {
      const options = args.at(-1) as { readonly buttons: readonly string[] };
      asked.push(options);
      return { response: options.buttons.indexOf(wanted), checkboxChecked: false };
    }) as typeof dialog.showMessageBox;
  }, button);
}

test(
  'the menu bar tells what the fleet costs and which machines cost it, and opens the room',
  { tag: '@standin' },
  async ({ openDesktop }) => {
    const app = await openDesktop({ demo: true });
    await showRuns(app.page);
    await expect.poll(async () => (await shown(app.application)).title).toMatch(/^\$\d+\.\d\d\/h simulated$/);
    const { toolTip, labels } = await shown(app.application);
    expect(toolTip).toMatch(/^5 machines cost money: \$\d+\.\d\d\/h \(simulated: nothing is billed\)$/);
    expect(labels).toContain('kitchen-baseline: $2.20/h, running, GPU 0 %');
    expect(labels.slice(-3)).toEqual(['Open the Room', 'Stop Everything…', 'Quit']);
    await clickItem(app.application, 'Stop Everything…');
    await expect(app.page).toHaveURL(/\/fleet$/);
    await app.application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.minimize());
    await clickItem(app.application, 'Open the Room');
    await expect
      .poll(() => app.application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.isMinimized()))
      .toBe(false);
  },
);

test(
  'machines that run are told of before the app ends; it stays when the answer is Cancel, and ends on Quit',
  { tag: '@standin' },
  async ({ openDesktop }) => {
    const own = temporaryFolder();
    const simulator: VastSimulator = await startVastSimulator({ fleet: 'empty' });
    try {
      await simulator.control.addMachine({ id: 41, label: 'night', gpuPerHourUsd: 2, storagePerGbMonthUsd: 0 });
      await simulator.control.addMachine({ id: 42, label: 'asleep', status: 'stopped' });
      const app = await openDesktop({
        home: join(own.path, 'home'),
        workspaceFolder: join(own.path, 'ws'),
        env: { VAST_URL: simulator.url, VAST_API_KEY: simulator.apiKey },
      });
      await expect.poll(async () => (await shown(app.application)).title).toMatch(/^\$2\.\d\d\/h$/);
      await answerQuestions(app.application, 'Cancel');
      await app.application.evaluate(({ app: it }) => it.quit());
      await expect
        .poll(() => app.application.evaluate(() => (globalThis as unknown as { asked: unknown[] }).asked))
        .toMatchObject([
          {
            message: '1 machine runs, $2.00/h',
            detail: expect.stringMatching(/night: \$2\.00\/h, running; .*lease.*\n\nQuitting stops no machine/),
            defaultId: 1,
            cancelId: 1,
          },
        ]);
      // It is still there, with its engine.
      await expect(app.page.locator('.strip')).toContainText('Live');
      await answerQuestions(app.application, 'Quit');
      const ended = app.application.waitForEvent('close');
      await app.application.evaluate(({ app: it }) => it.quit());
      await ended;
    } finally {
      await simulator.close();
      own.remove();
    }
  },
);
