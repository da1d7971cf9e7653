import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// The floor for text is 4.5 to 1, for marks and meaningful borders 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11).
const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function tokensOf(selector: string): ReadonlyMap<string, string> {
  const start = css.indexOf(`${selector} {`);
  if (start < 0) throw new Error(`tokens.css has no ${selector}`);
  const block = css.slice(start, css.indexOf('\n}', start));
  return new Map(
    [...block.matchAll(/(--[\w-]+):\s*(#[\da-f]{6})\b/gi)].map((match) => [match[1] ?? '', match[2] ?? '']),
  );
}

function luminance(hex: string): number {
  const channel = (offset: number): number => {
    const value = Number.parseInt(hex.slice(offset, offset + 2), 16) / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [lighter, darker] = [luminance(a), luminance(b)].toSorted((x, y) => y - x) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

const dark = tokensOf(':root');
const themes = { dark, light: new Map([...dark, ...tokensOf("[data-theme='light']")]) };

for (const [theme, tokens] of Object.entries(themes)) {
  const colour = (name: string): string => {
    const value = tokens.get(name);
    if (value === undefined) throw new Error(`${name} is not a colour of the ${theme} theme`);
    return value;
  };
  const textPairs = [
    ...['--text', '--text-2', '--text-3', '--accent', '--ok', '--warn', '--fail', '--unknown', '--off'].flatMap(
      (text) => ['--bg', '--panel', '--raised', '--select'].map((surface) => [text, surface] as const),
    ),
    ...['--accent', '--ok', '--warn', '--fail', '--unknown'].map((text) => [text, `${text}-tint`] as const),
    ['--on-accent', '--accent-fill'],
    ['--on-fail', '--fail-fill'],
    ['--well-text', '--well'],
    ['--well-text-2', '--well'],
  ] as const;
  test.each(textPairs)(`${theme}: text %s on %s is readable`, (text, surface) => {
    expect(contrast(colour(text), colour(surface))).toBeGreaterThanOrEqual(4.5);
  });
  const markPairs = ['--mark', '--control-line'].flatMap((mark) =>
    ['--bg', '--panel', '--select'].map((surface) => [mark, surface] as const),
  );
  test.each(markPairs)(`${theme}: mark %s on %s can be seen`, (mark, surface) => {
    expect(contrast(colour(mark), colour(surface))).toBeGreaterThanOrEqual(3);
  });
}
