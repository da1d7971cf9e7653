import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { axeFaults } from '../support/axe.ts';
import { expect, test } from '../support/room-fixture.ts';
import { startRoom } from '../support/room-process.ts';
import { temporaryFolder } from '../support/test-core.ts';

test(
  'the webhook is set and tried on Schedule, a test that is not taken is red, and the crontab line is there to take',
  { tag: '@browser' },
  async ({ page, watch }) => {
    test.setTimeout(180_000);
    const heard: string[] = [];
    let status = 204;
    const server = createServer((request, response) => {
      heard.push(`${request.method ?? ''} ${request.url ?? ''}`);
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const folder = temporaryFolder();
    const room = await startRoom({ workspaceFolder: `${folder.path}/workspace`, env: {} });
    try {
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await watch(page);
      await page.goto(room.url);
      await page.goto(`${room.origin}/schedule`);
      const agent = page.getByRole('region', { name: 'While the room is closed', exact: true });
      await expect(agent.getByRole('button', { name: 'Copy the line of the crontab' })).toBeVisible();
      await expect(agent.locator('code')).toContainText('sync.once');
      await expect(agent).toContainText('No machine is copied by itself');

      const webhook = page.getByRole('region', { name: 'Webhook' });
      await expect(webhook).toContainText('OFF');
      await webhook.getByLabel('Webhook address', { exact: true }).fill(`http://${host}/hook/canary-token`);
      await webhook.getByRole('button', { name: 'Set: Webhook address' }).click();
      await expect(webhook).toContainText(host);
      await webhook.getByRole('button', { name: 'Send a test' }).click();
      await expect(webhook).toContainText('HTTP 204');
      expect(heard).toEqual(['POST /hook/canary-token']);
      await expect(page.locator('body')).not.toContainText('canary-token');
      status = 500;
      await webhook.getByRole('button', { name: 'Send a test' }).click();
      await expect(webhook).toContainText('Not taken');
      await expect(webhook).toContainText('HTTP 500');
      expect(await axeFaults(page, 'dark')).toEqual([]);
    } finally {
      await page.goto('about:blank');
      await room.stop();
      server.close();
      folder.remove();
    }
  },
);
