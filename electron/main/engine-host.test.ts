import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ShellPush } from '#shared/contract/desktop-bridge.ts';
import type { FromEngine, ToEngine } from '#shared/contract/engine-wire.ts';
import { createEngineHost, type EngineHost } from './engine-host.ts';
import type { EngineProcess } from './engine-process.ts';

type Fake = EngineProcess & {
  readonly sent: ToEngine[];
  say(message: FromEngine): void;
  die(): void;
  isKilled: boolean;
};

function fakeEngine(): Fake {
  let onMessage: (message: FromEngine) => void = () => undefined;
  let onExit: (code: number) => void = () => undefined;
  const fake: Fake = {
    sent: [],
    isKilled: false,
    pid: () => 1,
    send: (message) => void fake.sent.push(message),
    onMessage: (listener) => void (onMessage = listener),
    onExit: (listener) => void (onExit = listener),
    kill() {
      fake.isKilled = true;
      onExit(143);
    },
    say: (message) => onMessage(message),
    die: () => onExit(137),
  };
  return fake;
}

const engines: Fake[] = [];
const pushed: ShellPush[] = [];
const onFailed = vi.fn();
let host: EngineHost;
const last = (): Fake => engines.at(-1)!;
const callsOf = (fake: Fake) => fake.sent.flatMap((message) => (message.t === 'call' ? [message] : []));

beforeEach(() => {
  vi.useFakeTimers();
  engines.length = 0;
  pushed.length = 0;
  onFailed.mockReset();
  host = createEngineHost({
    fork: () => {
      engines.push(fakeEngine());
      return last();
    },
    start: {
      t: 'start_room',
      version: '1',
      program: ['/app', '--room'],
      folders: { configsFolder: '/c', demoFolder: null, remoteFolder: '/r' },
      workspacePath: null,
      isDemo: true,
      secretKind: 'keychain',
      canNotify: true,
    },
    push: (message) => void pushed.push(message),
    serve: () => undefined,
    onFailed,
  });
});
afterEach(() => vi.useRealTimers());

const ready = (workspacePath = '/ws'): void => last().say({ t: 'ready', workspacePath });

test('calls wait for the first start and are answered by their id', async () => {
  const first = host.call('runs.list', {});
  const second = host.call('room.info', {});
  expect(callsOf(last())).toEqual([]);
  ready();
  const [a, b] = callsOf(last());
  last().say({ t: 'answer', id: b!.id, envelope: { ok: true, value: 'info' } });
  last().say({ t: 'answer', id: a!.id, envelope: { ok: true, value: 'runs' } });
  expect(await first).toEqual({ ok: true, value: 'runs' });
  expect(await second).toEqual({ ok: true, value: 'info' });
});

test('an engine that dies rejects what is pending at once, and calls until it is back', async () => {
  ready('/data/mine');
  const pending = host.call('runs.import', {});
  const media = host.media.open({
    mediaId: 'm',
    method: 'GET',
    rangeHeader: null,
    ifRangeHeader: null,
    ifNoneMatchHeader: null,
    signal: new AbortController().signal,
  });
  last().die();
  expect(await pending).toMatchObject({ ok: false, error: { code: 'engine_lost' } });
  await expect(media).rejects.toMatchObject({ code: 'engine_lost' });
  expect(await host.call('room.info', {})).toMatchObject({
    ok: false,
    error: { code: 'engine_lost', message: expect.stringContaining('nothing was done') },
  });
  expect(pushed.at(-1)).toMatchObject({ t: 'engine', state: { kind: 'lost' } });

  await vi.advanceTimersByTimeAsync(250);
  expect(engines).toHaveLength(2);
  expect(last().sent[0]).toMatchObject({ t: 'start_room', workspacePath: '/data/mine', isDemo: false });
  ready('/data/mine');
  expect(pushed.slice(-2)).toMatchObject([
    { t: 'engine', state: { kind: 'open' } },
    { t: 'event', event: { name: 'room.changed' } },
  ]);
  const again = host.call('room.info', {});
  last().say({ t: 'answer', id: callsOf(last())[0]!.id, envelope: { ok: true, value: 1 } });
  expect(await again).toEqual({ ok: true, value: 1 });
});

test('each loss in a row waits longer, until the engine was well for a while', async () => {
  ready();
  const waits: number[] = [];
  for (let loss = 0; loss < 9; loss++) {
    last().die();
    const push = pushed.at(-1)!;
    if (push.t !== 'engine' || push.state.kind !== 'lost') throw new Error('not told');
    const waitMs = push.state.retryAt! - Date.now();
    waits.push(waitMs);
    await vi.advanceTimersByTimeAsync(waitMs);
    if (loss === 7) ready();
  }
  expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  ready();
  await vi.advanceTimersByTimeAsync(61_000);
  last().die();
  await vi.advanceTimersByTimeAsync(250);
  expect(engines).toHaveLength(11);
});

test('a person who does not want to wait starts it now', () => {
  ready();
  last().die();
  host.retryNow();
  expect(engines).toHaveLength(2);
  host.retryNow();
  expect(engines).toHaveLength(2);
});

test('a room that can not be opened is told once, with why; nothing hangs', async () => {
  const waiting = host.call('room.info', {});
  last().say({
    t: 'failed',
    error: { code: 'workspace_busy', message: 'busy', hint: null, details: null },
    link: null,
  });
  expect(onFailed).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'workspace_busy' }), null);
  expect(await waiting).toMatchObject({ ok: false });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(engines).toHaveLength(1);
});

test('an engine that never starts is given up after three tries', async () => {
  last().die();
  await vi.advanceTimersByTimeAsync(250);
  last().die();
  await vi.advanceTimersByTimeAsync(500);
  last().die();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(engines).toHaveLength(3);
  expect(onFailed).toHaveBeenCalledOnce();
});

test('stopping waits for the engine to close its files, and insists after a while', async () => {
  ready();
  const stopped = host.stop();
  expect(last().sent.at(-1)).toEqual({ t: 'stop' });
  last().say({ t: 'done', exitCode: 0 });
  await stopped;
  expect(last().isKilled).toBe(true);
  expect(await host.call('room.info', {})).toMatchObject({ ok: false });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(engines).toHaveLength(1);
});

test('media comes one piece for one wish, and a reader that leaves closes the file', async () => {
  ready();
  const abort = new AbortController();
  const opening = host.media.open({
    mediaId: 'm',
    method: 'GET',
    rangeHeader: 'bytes=0-',
    ifRangeHeader: null,
    ifNoneMatchHeader: null,
    signal: abort.signal,
  });
  last().say({ t: 'media.head', id: 1, status: 206, headers: { 'Content-Type': 'video/mp4' }, hasBody: true });
  const { body, status } = await opening;
  expect(status).toBe(206);
  const pulls = (): number => last().sent.filter((message) => message.t === 'media.pull').length;
  await vi.waitFor(() => expect(pulls()).toBe(1));
  const reader = body!.getReader();
  for (let piece = 1; piece <= 10; piece++) {
    last().say({ t: 'media.piece', id: 1, bytes: Uint8Array.of(piece) });
    await vi.advanceTimersByTimeAsync(0);
  }
  // Four are read ahead and no more; what was sent unasked is dropped.
  expect(pulls()).toBeLessThanOrEqual(5);
  expect((await reader.read()).value).toEqual(Uint8Array.of(1));
  await reader.cancel();
  expect(last().sent.at(-1)).toEqual({ t: 'media.abort', id: 1 });
});
