import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fingerprintFile } from './media-id.ts';
import { openMedia } from './serve.ts';
import type { MediaRequest } from './serve.ts';
import { parseRange } from './serve-range.ts';

/** Says byte by byte what a single range means; null = refused. */
function bytesOfRange(from: number | null, to: number | null, size: number): readonly number[] | null {
  const all = Array.from({ length: size }, (_, index) => index);
  const wanted =
    from === null
      ? to === null
        ? []
        : all.slice(size - Math.min(to, size))
      : all.filter((at) => at >= from && (to === null || at <= to));
  return wanted.length === 0 ? null : wanted;
}

test('a range means what a naive reading of it means', () => {
  const bound = fc.option(fc.oneof(fc.nat(30), fc.constant(10 ** 15)));
  fc.assert(
    fc.property(bound, bound, fc.nat(25), (from, to, size) => {
      const answer = parseRange(`bytes=${from ?? ''}-${to ?? ''}`, size);
      const wanted = from !== null && to !== null && to < from ? null : bytesOfRange(from, to, size);
      if (wanted === null) expect(answer).toEqual({ kind: 'unsatisfiable' });
      else expect(answer).toEqual({ kind: 'part', firstByte: wanted[0], lastByte: wanted.at(-1) });
    }),
    { numRuns: 2000 },
  );
});

test('any header at all gives an answer within the file', () => {
  const header = fc.oneof(fc.string(), fc.stringMatching(/^bytes=[-0-9, ]{0,30}$/));
  fc.assert(
    fc.property(header, fc.nat(1000), (text, size) => {
      const answer = parseRange(text, size);
      if (answer.kind !== 'part') return;
      expect(answer.firstByte).toBeGreaterThanOrEqual(0);
      expect(answer.lastByte).toBeGreaterThanOrEqual(answer.firstByte);
      expect(answer.lastByte).toBeLessThan(size);
    }),
    { numRuns: 2000 },
  );
});

test('the documented choices: several ranges, other units, malformed, huge', () => {
  expect(parseRange(null, 10)).toEqual({ kind: 'whole' });
  expect(parseRange('bytes=0-1,4-5', 10)).toEqual({ kind: 'whole' });
  expect(parseRange('bytes=20-21,30-31', 10)).toEqual({ kind: 'unsatisfiable' });
  expect(parseRange('items=0-1', 10)).toEqual({ kind: 'whole' });
  expect(parseRange('BYTES = 2-3', 10)).toEqual({ kind: 'part', firstByte: 2, lastByte: 3 });
  for (const bad of [
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'bytes=1.5-2',
    'bytes=-0',
    'bytes=5-2',
    `bytes=${'1'.repeat(999)}-`,
  ]) {
    expect(parseRange(bad, 10), bad).toEqual({ kind: 'unsatisfiable' });
  }
  expect(parseRange(`bytes=0-${'9'.repeat(40)}`, 10)).toEqual({ kind: 'part', firstByte: 0, lastByte: 9 });
});

const content = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7 + (index >> 8)) % 256));
let folder = '';
let root = '';
let clip = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serve '));
  root = join(folder, 'runs');
  clip = join(root, 'a', 'clip 👋.mp4');
  await mkdir(join(root, 'a'), { recursive: true });
  await writeFile(clip, content);
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function serve(request: Partial<MediaRequest> = {}) {
  const response = await openMedia({ method: 'GET', rangeHeader: null, path: clip, root, ...request });
  return { ...response, bytes: response.body === null ? null : await buffer(response.body) };
}

test('whole, part and tail come byte for byte with their headers', async () => {
  const whole = await serve();
  expect(whole.status).toBe(200);
  expect(whole.bytes?.equals(content)).toBe(true);
  expect(whole.headers).toMatchObject({
    'Content-Type': 'video/mp4',
    'Content-Length': '200000',
    'Accept-Ranges': 'bytes',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
  });
  expect(whole.headers['Cache-Control']).toContain('immutable');

  const part = await serve({ rangeHeader: 'bytes=100-150099' });
  expect(part.status).toBe(206);
  expect(part.headers).toMatchObject({ 'Content-Range': 'bytes 100-150099/200000', 'Content-Length': '150000' });
  expect(part.bytes?.equals(content.subarray(100, 150_100))).toBe(true);

  const tail = await serve({ rangeHeader: 'bytes=-5' });
  expect(tail.headers['Content-Range']).toBe('bytes 199995-199999/200000');
  expect(tail.bytes?.equals(content.subarray(-5))).toBe(true);
});

test('past the end is 416 with the size, HEAD has no body, other methods are refused', async () => {
  const past = await serve({ rangeHeader: 'bytes=200000-' });
  expect(past).toMatchObject({ status: 416, bytes: null, headers: { 'Content-Range': 'bytes */200000' } });
  const head = await serve({ method: 'HEAD', rangeHeader: 'bytes=0-9' });
  expect(head).toMatchObject({ status: 200, bytes: null, headers: { 'Content-Length': '200000' } });
  expect(await serve({ method: 'POST' })).toMatchObject({ status: 405, bytes: null, headers: { Allow: 'GET, HEAD' } });
});

test('an empty file is served as empty', async () => {
  await writeFile(clip, '');
  expect(await serve()).toMatchObject({ status: 200, headers: { 'Content-Length': '0' } });
  expect(await serve({ rangeHeader: 'bytes=0-' })).toMatchObject({ status: 416 });
});

test('nothing outside the root is served, by whatever way it is reached', async () => {
  const secret = join(folder, 'secret.mp4');
  await writeFile(secret, 'secret');
  await symlink(secret, join(root, 'link.mp4'));
  await symlink(folder, join(root, 'up'));
  await mkdir(`${root}-old`);
  await writeFile(join(`${root}-old`, 'x.mp4'), 'old');
  for (const path of [
    secret,
    join(root, 'link.mp4'),
    join(root, 'up', 'secret.mp4'),
    `${root}/../secret.mp4`,
    join(`${root}-old`, 'x.mp4'),
  ]) {
    expect(await serve({ path }), path).toMatchObject({ status: 403, bytes: null });
  }
  expect(await serve({ path: secret, root: null })).toMatchObject({ status: 200 });
});

test('a link inside the root and a root that is itself a link are fine', async () => {
  await symlink(clip, join(root, 'again.mp4'));
  await symlink(root, join(folder, 'also-runs'));
  expect(await serve({ path: join(root, 'again.mp4') })).toMatchObject({ status: 200 });
  expect(await serve({ path: join(folder, 'also-runs', 'again.mp4'), root: join(folder, 'also-runs') })).toMatchObject({
    status: 200,
  });
});

test('only media endings of the real file are served', async () => {
  await writeFile(join(root, 'notes.txt'), 'x');
  await symlink(join(root, 'notes.txt'), join(root, 'notes.mp4'));
  await symlink('loop.mp4', join(root, 'loop.mp4'));
  await promisify(execFile)('mkfifo', [join(root, 'pipe.mp4')]);
  await mkdir(join(root, 'folder.mp4'));
  expect(await serve({ path: join(root, 'notes.txt') })).toMatchObject({ status: 415 });
  expect(await serve({ path: join(root, 'notes.mp4') })).toMatchObject({ status: 415 });
  expect(await serve({ mimeType: 'text/html' })).toMatchObject({ status: 415 });
  expect(await serve({ path: join(root, 'loop.mp4') })).toMatchObject({ bytes: null });
  expect(await serve({ path: join(root, 'pipe.mp4') })).toMatchObject({ status: 404 });
  expect(await serve({ path: join(root, 'folder.mp4') })).toMatchObject({ status: 404 });
  expect(await serve({ path: join(root, 'none.mp4') })).toMatchObject({ status: 404 });
  expect(await serve({ path: `${clip}\0.mp4` })).toMatchObject({ status: 403, bytes: null });
});

test('an id never serves other bytes than those it was given for', async () => {
  const version = await fingerprintFile(clip);
  const first = await serve({ version });
  expect(first.status).toBe(200);
  const etag = first.headers['ETag'] ?? '';
  expect(await serve({ version, ifNoneMatchHeader: etag })).toMatchObject({ status: 304, bytes: null });
  expect(await serve({ version, rangeHeader: 'bytes=0-1', ifRangeHeader: etag })).toMatchObject({ status: 206 });
  expect(await serve({ version, rangeHeader: 'bytes=0-1', ifRangeHeader: '"other"' })).toMatchObject({ status: 200 });
  await writeFile(clip, Buffer.alloc(content.length));
  expect(await serve({ version })).toMatchObject({ status: 410, bytes: null });
});

test('leaving early closes the stream', async () => {
  const abort = new AbortController();
  const response = await openMedia({ method: 'GET', rangeHeader: null, path: clip, root, signal: abort.signal });
  const { body } = response;
  if (body === null) throw new Error('no body');
  const closed = new Promise<void>((resolve) => {
    body.once('close', () => resolve());
  });
  body.once('readable', () => abort.abort());
  await closed;
  expect(body.destroyed).toBe(true);
});
