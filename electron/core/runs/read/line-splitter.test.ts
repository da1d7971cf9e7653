import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLineSplitter, maxLineBytes } from './line-splitter.ts';

function split(chunks: readonly Buffer[]): { lines: string[]; consumed: number } {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line));
  let offset = 0;
  let consumed = 0;
  for (const chunk of chunks) {
    const taken = splitter.take(chunk);
    if (taken > 0) consumed = offset + taken;
    offset += chunk.length;
  }
  return { lines, consumed };
}

test('lines do not depend on where the chunks end', () => {
  const line = fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n\0]/.test(text));
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 8 }),
      line,
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 9 }),
      (lines, rest, end, size) => {
        const bytes = Buffer.from(lines.map((text) => text + end).join('') + rest);
        const chunks: Buffer[] = [];
        for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
        expect(split(chunks)).toEqual({ lines, consumed: bytes.length - Buffer.byteLength(rest) });
      },
    ),
  );
});

test('a very long line is cut with a mark, and the next line is whole', () => {
  const { lines } = split([Buffer.from('x'.repeat(maxLineBytes)), Buffer.from(`${'x'.repeat(50_000)}\nnext\n`)]);
  expect(lines[0]).toBe(`${'x'.repeat(maxLineBytes)} … [cut: ${maxLineBytes + 50_000} bytes]`);
  expect(lines[1]).toBe('next');
});

test('bytes that are no UTF-8 and NUL are replaced', () => {
  expect(split([Buffer.from([0x61, 0xff, 0x00, 0x62, 0x0a])]).lines).toEqual(['a\uFFFD\uFFFDb']);
});
