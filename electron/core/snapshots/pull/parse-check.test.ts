import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { whyNotParsed } from './parse-check.ts';

const folder = mkdtempSync(join(tmpdir(), 'room-parse-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const check = (name: string, content: string | Buffer): Promise<string | null> => {
  writeFileSync(join(folder, 'file'), content);
  return whyNotParsed(name, join(folder, 'file'));
};
const safetensors = (bytes: number): Buffer => {
  const header = Buffer.from(JSON.stringify({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(bytes)]);
};
const zipEnd = Buffer.concat([Buffer.from('PK\u0005\u0006', 'latin1'), Buffer.alloc(18)]);

test('whole files of known formats, and whatever is of no known format, have nothing against them', async () => {
  expect(await check('a_result.json', '{"psnr": NaN}')).toBeNull();
  expect(await check('m.safetensors', safetensors(8))).toBeNull();
  expect(await check('m.pt', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(100), zipEnd]))).toBeNull();
  expect(await check('m.pt', 'an old pickle')).toBeNull();
  expect(await check('run.log', '{')).toBeNull();
});

test('half of a file is told from a whole one', async () => {
  expect(await check('a_result.json', '{"psnr": ')).toContain('no JSON');
  expect(await check('m.safetensors', safetensors(4))).toContain('header tells');
  expect(await check('m.safetensors', 'abc')).toContain('shorter');
  expect(await check('m.pt', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(100)]))).toContain('directory');
  expect(await check('clip.mp4', Buffer.from('\0\0\0\u0018ftypmp42\0\0\0\0mp42isom\0\0\u0010\0mdat'))).not.toBeNull();
});
