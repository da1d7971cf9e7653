import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '../support/room-fixture.ts';
import { startRoom } from '../support/room-process.ts';

const demoRuns = fileURLToPath(new URL('../../resources/demo/vast', import.meta.url));

test('a folder is imported, judged, found again and left for another workspace, all by keys', async ({ openRoom }) => {
  const { page, origin, workspaceFolder } = await openRoom();
  await expect(page.getByText('Nothing to look after yet: this workspace holds no run.')).toBeVisible();

  await page.keyboard.press('i');
  await expect(page.locator('#import-path')).toBeFocused();
  await page.keyboard.type(demoRuns);
  await page.keyboard.press('Enter');
  await expect(page.getByText('3 new runs, 0 seen again, 0 unchanged.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('region', { name: 'Waits for review' }).locator('.mline')).toHaveCount(2);
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await expect(page.getByTestId('run-row')).toHaveCount(3);

  await page.getByTestId('run-row').first().click();
  await page.keyboard.press('Enter');
  await expect(page).toHaveTitle(/32182955.* · Blueprint Control Room/);
  await page.keyboard.press(']');
  await expect(page).toHaveURL(/stage=s0_task_hints_bootstrap/);
  await page.keyboard.press('Escape');
  await expect(page).not.toHaveURL(/stage=/);

  await page.getByLabel('Note on this run').fill('No natsort on this machine');
  await page.getByRole('button', { name: 'Reject' }).click();
  await page.getByRole('button', { name: 'Record' }).click();
  const decisions = page.getByRole('region', { name: 'Decisions' });
  await expect(decisions.getByText('No natsort on this machine')).toBeVisible();
  await decisions.getByRole('button', { name: 'Undo: Rejected' }).click();
  await expect(decisions.getByText('No natsort on this machine')).toBeHidden();

  await page.keyboard.press('Control+k');
  await page.keyboard.type('theme light');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');

  await page.goto(`${origin}/history?q=natsort`);
  await page.locator('.hit[href*="line="]').first().click();
  await expect(page.locator('.log.lit')).toContainText('natsort');

  await page.goto(`${origin}/settings`);
  await page.locator('#workspace-path').fill(join(workspaceFolder, '..', 'another'));
  await page.keyboard.press('Enter');
  await expect(page.getByText('No runs in this workspace yet.')).toBeVisible();
  await expect(page.locator('.foot')).toContainText('another');
});

test('10,000 runs scroll without an empty row', { tag: '@browser' }, async ({ page, room, roomCookies, watch }) => {
  test.setTimeout(120_000);
  const runCount = 10_000;
  await page.context().addCookies([...roomCookies]);
  await watch(page);
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const engine = socket.connectToServer();
    const asked = new Map<number, { offset?: number; limit?: number }>();
    socket.onMessage((message) => {
      const frame = JSON.parse(String(message)) as {
        id: number;
        method: string;
        input: { offset?: number; limit?: number };
      };
      if (frame.method === 'runs.list') asked.set(frame.id, frame.input);
      engine.send(frame.method === 'runs.list' ? JSON.stringify({ ...frame, input: {} }) : message);
    });
    engine.onMessage((message) => {
      const frame = JSON.parse(String(message)) as {
        t: string;
        id: number;
        envelope: { value: { items: { id: string; name: string }[]; matchCount: number; totalCount: number } };
      };
      const input = frame.t === 'answer' ? asked.get(frame.id) : undefined;
      if (input === undefined) return socket.send(message);
      const { value } = frame.envelope;
      const [pattern] = value.items;
      const offset = input.offset ?? 0;
      value.items = Array.from({ length: Math.min(input.limit ?? 100, runCount - offset) }, (_, index) => ({
        ...pattern,
        id: `run_${offset + index}`,
        name: `run ${offset + index}`,
      }));
      value.matchCount = runCount;
      value.totalCount = runCount;
      socket.send(JSON.stringify(frame));
    });
  });
  await page.goto(`${room.origin}/runs`);
  await expect(page.locator('.foot')).toContainText('10,000 of 10,000 shown');
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', String(runCount + 1), { timeout: 40_000 });
  const wrong = await page.evaluate(async () => {
    const scroller = document.querySelector('.scroller');
    if (scroller === null) return ['no scroller'];
    const box = scroller.getBoundingClientRect();
    const faults: string[] = [];
    for (let step = 0; step < 60; step += 1) {
      scroller.scrollTop = step % 10 === 0 ? (step * 7919 * 32) % 310_000 : scroller.scrollTop + 700;
      // A row is drawn within a frame on an idle machine; a busy one gets a few more before it counts as empty.
      let wrongRows: string[] = [];
      for (let frame = 0; frame < 10; frame += 1) {
        await new Promise((resolve) => {
          requestAnimationFrame(resolve);
        });
        wrongRows = [4, box.height / 2, box.height - 4].flatMap((fromTop) => {
          const row = document.elementFromPoint(box.left + 120, box.top + fromTop)?.closest('[data-run-id]');
          const shown = row?.getAttribute('data-run-id') ?? 'nothing';
          const expected = `run_${Math.floor((scroller.scrollTop + fromTop) / 32)}`;
          return shown === expected ? [] : [`${expected} expected, ${shown} there`];
        });
        if (wrongRows.length === 0) break;
      }
      faults.push(...wrongRows);
    }
    return faults;
  });
  expect(wrong).toEqual([]);
});

test.describe('without its engine', { tag: '@browser' }, () => {
  test.use({ expectedConsoleErrors: [/WebSocket connection to .* failed/] });

  test('the room says so, keeps what it read, and comes back by itself', async ({ page, room, roomCookies, watch }) => {
    await page.context().addCookies([...roomCookies]);
    await watch(page);
    let drop: (() => Promise<void>) | null = null;
    let isDown = false;
    await page.routeWebSocket(/\/ws$/, (socket) => {
      if (isDown) {
        void socket.close();
        return;
      }
      socket.connectToServer();
      drop = () => socket.close();
    });
    await page.goto(`${room.origin}/runs`);
    await expect(page.getByTestId('run-row')).toHaveCount(3);
    isDown = true;
    await drop!();
    await expect(page.getByRole('alert')).toContainText('Engine does not answer');
    await expect(page.getByTestId('run-row')).toHaveCount(3);
    await expect(page.locator('.foot')).toContainText('No answer');
    isDown = false;
    await expect(page.getByRole('alert')).toBeHidden();
    await expect(page.locator('.foot')).toContainText('Live');
  });
});

test.describe('after the room was started anew', () => {
  test.use({
    expectedConsoleErrors: [/WebSocket connection to .* failed|status of 401|ERR_CONNECTION_REFUSED/],
  });

  test(
    'the page says that its key is no longer known, stops asking, and comes back with the new link',
    {
      tag: '@browser',
    },
    async ({ page, watch }) => {
      const first = await startRoom({ demo: true });
      const { port } = new URL(first.url);
      await watch(page);
      await page.goto(first.url);
      await expect(page.locator('.foot')).toContainText('Live');
      await first.stop();
      await expect(page.locator('.band.alarm')).toContainText('Engine does not answer');
      const second = await startRoom({ demo: true, args: ['--port', port] });
      try {
        await page.getByRole('button', { name: 'Try now' }).click();
        await expect(page.locator('.band.alarm')).toContainText('The room was restarted');
        await expect(page.locator('.band.alarm')).toContainText('Open the link that it printed');
        let asked = 0;
        page.on('request', () => (asked += 1));
        page.on('websocket', () => (asked += 1));
        const other = await page.context().newPage();
        await other.goto(second.url);
        await expect(other.locator('.foot')).toContainText('Live');
        expect(asked, 'nobody was asked while the other page was opened').toBe(0);
        await other.close();
        await page.getByRole('button', { name: 'Try now' }).click();
        await expect(page.locator('.band.alarm')).toBeHidden();
        await expect(page.locator('.foot')).toContainText('Live');
      } finally {
        await second.stop();
      }
    },
  );
});
