import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLooseJson, withFiniteNumbers } from './loose-json.ts';

test('NaN and the infinities of Python become words, and words in strings stay', () => {
  const text = '{"p_value": NaN, "psnr": Infinity, "n": -Infinity, "detail": "NaN \\" Infinity", "list": [NaN]}';
  expect(parseLooseJson(text)).toEqual({
    ok: true,
    value: { p_value: 'NaN', psnr: 'Infinity', n: '-Infinity', detail: 'NaN " Infinity', list: ['NaN'] },
  });
});

test('every prefix of a document is told from no JSON at all', () => {
  const whole = JSON.stringify({ a: [1, { b: 'x "quoted" ✓' }], c: null });
  for (let length = 0; length < whole.length; length += 1) {
    expect(parseLooseJson(whole.slice(0, length))).toMatchObject({ ok: false, fault: 'half_written' });
  }
  expect(parseLooseJson('<html></html>')).toMatchObject({ ok: false, fault: 'not_json' });
});

test('what JSON can say comes back as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      expect(parseLooseJson(`\uFEFF${text}`)).toEqual({ ok: true, value: JSON.parse(text) });
    }),
  );
});

test('numbers beyond a double are words too', () => {
  const parsed = parseLooseJson('{"a": 1e999}');
  expect(parsed.ok && withFiniteNumbers(parsed.value)).toEqual({ a: 'Infinity' });
});
