import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { TarReader } from './tar-reader.ts';
import { tarEnd, tarHeader, tarPadding } from './tar-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'room-tar-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(archive: Buffer, pieces: number): Map<string, string> {
  const files = new Map<string, string>();
  let name = '';
  let parts: Buffer[] = [];
  const reader = new TarReader({
    begin: (file) => {
      name = file.name;
      parts = [];
      return true;
    },
    data: (bytes) => void parts.push(Buffer.from(bytes)),
    end: () => void files.set(name, Buffer.concat(parts).toString('latin1')),
  });
  for (let at = 0; at < archive.length; at += pieces) reader.push(archive.subarray(at, at + pieces));
  expect(reader.isOver).toBe(true);
  return files;
}

test('what GNU tar writes is read, in whatever pieces it comes', () => {
  const source = join(folder, 'source');
  const long = `${'deep/'.repeat(40)}${'n'.repeat(120)}`;
  mkdirSync(join(source, 'deep/'.repeat(40)), { recursive: true });
  const contents: Record<string, string> = {
    '-rf': 'dash',
    empty: '',
    'new\nline': 'n',
    [long]: 'long',
    big: 'b'.repeat(200_000),
  };
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(source, name), content);
  const odd = Buffer.concat([Buffer.from(`${source}/`), Buffer.from([0xe9, 0x20, 0xff])]);
  writeFileSync(odd, 'odd');
  const archive = execFileSync('tar', ['-c', '--format=gnu', '-P', source], { maxBuffer: 1e8 });
  for (const pieces of [archive.length, 512, 333, 7]) {
    const files = read(archive, pieces);
    for (const [name, content] of Object.entries(contents)) expect(files.get(join(source, name))).toBe(content);
    expect(files.get(odd.toString('latin1'))).toBe('odd');
    expect(files.size).toBe(Object.keys(contents).length + 1);
  }
});

test('what is written is read by GNU tar', () => {
  const target = join(folder, 'target');
  mkdirSync(target);
  const files = [
    ['a/-rf', 'dash'],
    ['empty', ''],
    [`${'deep/'.repeat(40)}${'n'.repeat(150)}`, 'x'.repeat(1500)],
  ] as const;
  const parts = files.flatMap(([name, content]) => {
    const bytes = Buffer.from(content);
    return [
      tarHeader({ name: Buffer.from(name), sizeBytes: bytes.length, mtimeSeconds: 1_700_000_000 }),
      bytes,
      tarPadding(bytes.length),
    ];
  });
  execFileSync('tar', ['-x', '-C', target], { input: Buffer.concat([...parts, tarEnd()]) });
  for (const [name, content] of files) expect(readFileSync(join(target, name), 'utf8')).toBe(content);
});

test('a damaged header is refused, not read as something else', () => {
  const bytes = Buffer.from('content');
  const archive = Buffer.concat([
    tarHeader({ name: Buffer.from('name'), sizeBytes: 7, mtimeSeconds: 1 }),
    bytes,
    tarPadding(7),
    tarEnd(),
  ]);
  fc.assert(
    fc.property(fc.nat(155), fc.integer({ min: 1, max: 255 }), (at, change) => {
      fc.pre(at < 148);
      const damaged = Buffer.from(archive);
      damaged[at] = (damaged[at]! + change) % 256;
      expect(() => read(damaged, 512)).toThrow('no tar archive');
    }),
  );
});
