import { readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { scheduled } from './scheduled-machine.ts';

// Real programs on a computer that others use as well: patience, nothing is timed.
vi.setConfig({ testTimeout: 240_000 });

type Heard = { readonly method: string; readonly path: string; readonly body: string };

/** Somebody outside, who may refuse. */
async function listener() {
  const heard: Heard[] = [];
  let status = 204;
  const read = async (request: IncomingMessage): Promise<string> => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    return body;
  };
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      heard.push({ method: request.method ?? '', path: request.url ?? '', body });
      response.writeHead(status, { location: 'http://127.0.0.1:9/elsewhere' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return {
    heard,
    host: `127.0.0.1:${port}`,
    answer: (next: number) => {
      status = next;
    },
  };
}

function allText(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');
}

test('a failed slot is posted to the webhook, a good one beats, and a token is in nothing that is kept', async () => {
  const outside = await listener();
  const { core, instanceId, passMinutes, root, workspace, notices } = await scheduled({
    ROOM_WEBHOOK_URL: `http://${outside.host}/hook/canary-token`,
    ROOM_HEARTBEAT_URL: `http://${outside.host}/beat/canary-token`,
  });
  await core.call('schedule.set', { instanceId });
  await core.call('sync.once', {});
  expect(outside.heard).toEqual([{ method: 'GET', path: '/beat/canary-token', body: '' }]);

  renameSync(root, `${root}.away`);
  passMinutes(2);
  await expect(core.call('sync.once', {})).rejects.toMatchObject({ code: 'tool_failed' });
  const posts = () => outside.heard.filter(({ method }) => method === 'POST');
  expect(posts().map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
    { title: 'Copies fail: night', urgency: 'critical' },
  ]);
  expect(
    outside.heard.filter(({ method }) => method === 'GET'),
    'no beat for a failure',
  ).toHaveLength(1);

  renameSync(`${root}.away`, root);
  passMinutes(20);
  await core.call('sync.once', {});
  expect(outside.heard.slice(-2)).toMatchObject([
    { method: 'POST', body: expect.stringContaining('Copied again') as string },
    { method: 'GET' },
  ]);
  const { items } = await core.call('schedule.alarms', {});
  expect(items).toMatchObject([
    { kind: 'webhook', host: outside.host, newest: [{ purpose: 'good', isTaken: true }, { purpose: 'alarm' }] },
    { kind: 'heartbeat', host: outside.host, newest: [{ isTaken: true, words: 'HTTP 204' }, {}] },
  ]);
  expect(JSON.stringify([items, notices])).not.toContain('canary-token');
  await core.close();
  expect(allText(workspace)).not.toContain('canary-token');
});

test('a webhook that takes nothing is loud here, written down, and tried again until it takes it', async () => {
  const outside = await listener();
  const { core, open, instanceId, passMinutes, root, notices } = await scheduled({
    ROOM_WEBHOOK_URL: `http://${outside.host}/hook`,
  });
  await expect(core.call('schedule.testAlarm', { kind: 'heartbeat' })).rejects.toMatchObject({ code: 'not_found' });
  expect(await core.call('schedule.testAlarm', { kind: 'webhook' })).toMatchObject({ isTaken: true });
  await core.call('schedule.set', { instanceId });
  renameSync(root, `${root}.away`);
  // It says to go elsewhere: nothing is sent there.
  outside.answer(302);
  await expect(core.call('sync.once', {})).rejects.toMatchObject({ code: 'tool_failed' });
  expect(notices.map(({ title }) => title)).toEqual(['Copies fail: night', 'Alarms do not get out']);
  expect((await core.call('schedule.alarms', {})).items[0]).toMatchObject({
    newest: [{ purpose: 'alarm', isTaken: false, words: 'HTTP 302' }, { purpose: 'test' }],
  });
  await expect(core.call('schedule.testAlarm', { kind: 'webhook' })).rejects.toMatchObject({
    code: 'tool_failed',
    message: 'The webhook was not reached: HTTP 302.',
  });
  await core.close();

  outside.answer(200);
  const next = await open();
  passMinutes(4);
  await expect(next.call('sync.once', {})).rejects.toMatchObject({ code: 'tool_failed' });
  expect((await next.call('schedule.alarms', {})).items[0]!.newest[0]).toMatchObject({
    purpose: 'alarm',
    isTaken: true,
  });
  passMinutes(20);
  const postsBefore = outside.heard.length;
  await expect(next.call('sync.once', {})).rejects.toMatchObject({ code: 'tool_failed' });
  expect(outside.heard, 'once it is told, it is told').toHaveLength(postsBefore);
});

test.each([
  ['http://example.org/x', 'neither https nor on this computer'],
  ['https://a:canary@example.org/x', 'a name or password'],
  ['nonsense canary', 'not a web address'],
])('an address that would give itself away is not used: %s', async (address, words) => {
  const { core } = await scheduled({ ROOM_WEBHOOK_URL: address });
  const { items } = await core.call('schedule.alarms', {});
  expect(items[0]).toMatchObject({ host: null, problem: expect.stringContaining(words) as string });
  expect(JSON.stringify(items)).not.toContain('canary');
  await expect(core.call('schedule.testAlarm', { kind: 'webhook' })).rejects.toMatchObject({ code: 'tool_failed' });
});
