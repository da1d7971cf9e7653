import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLineSplitter } from './line-splitter.ts';

function split(chunks: readonly Buffer[], maxLineChars?: number): string[] {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line), maxLineChars);
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

test('cuts at every kind of line end, wherever the pipe cuts the bytes', () => {
  const piece = fc.constantFrom('a', 'é', '👋', '\n', '\r\n', '\r', ' ');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.array(fc.nat(80), { maxLength: 8 }), (pieces, cuts) => {
      // A lone \r before a \n is one line end, so the two readings differ only there.
      const text = pieces.join('');
      const bytes = Buffer.from(text);
      const marks = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((a, b) => a - b), bytes.length];
      const chunks = marks.slice(1).map((end, index) => bytes.subarray(marks[index], end));
      const wanted = text.split(/\r\n|\n|\r/);
      if (wanted.at(-1) === '') wanted.pop();
      expect(split(chunks)).toEqual(wanted);
    }),
  );
});

test('a line without an end comes in pieces instead of growing for ever', () => {
  expect(split([Buffer.from('abcdefgh'), Buffer.from('ij\nk')], 4)).toEqual(['abcd', 'efgh', 'ij', 'k']);
});
