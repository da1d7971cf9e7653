import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLogLine } from './log-line.ts';
import { createLogTracker } from './log-tracker.ts';

const at = '2026-03-01 21:10:04,512';

test('a line of the logger gives time as UTC, level, logger and text', () => {
  expect(parseLogLine(`${at} [ERROR] blueprint_validation.pipeline: it: broke`)).toEqual({
    at: '2026-03-01T21:10:04.512Z',
    level: 'ERROR',
    logger: 'blueprint_validation.pipeline',
    text: 'it: broke',
  });
});

test('whatever the message holds, it comes back whole, and no line throws', () => {
  const message = fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n\u2028\u2029]/.test(text));
  fc.assert(
    fc.property(message, fc.constantFrom('DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'), (text, level) => {
      expect(parseLogLine(`${at} [${level}] a.b: ${text}`)).toMatchObject({ level, text });
      createLogTracker().take(text);
    }),
  );
});

test('an impossible date is no time, and the time before stays', () => {
  const tracker = createLogTracker();
  tracker.take(`${at} [INFO] a: one`);
  expect(tracker.take('2026-02-31 21:10:04,512 [INFO] a: two').line.at).toBe('2026-03-01T21:10:04.512Z');
  expect(parseLogLine('2026-13-01 00:00:00,000 [INFO] a: b')?.at).toBeNull();
});

test('a traceback inherits stage and time of its line, and the stage ends there', () => {
  const tracker = createLogTracker();
  const take = (text: string) => tracker.take(text).line;
  expect(take(`${at} [INFO] a: before`).stageKey).toBeNull();
  expect(take(`${at} [INFO] a: Starting stage: s2_enrich — text`).stageKey).toBe('s2_enrich');
  expect(take(`${at} [DEBUG] urllib3: inside`).stageKey).toBe('s2_enrich');
  expect(
    take("2026-03-01 21:11:45,007 [ERROR] a: Stage s2_enrich failed after 100.5s: No module named 'natsort'").stageKey,
  ).toBe('s2_enrich');
  expect(take('Traceback (most recent call last):')).toMatchObject({
    stageKey: 's2_enrich',
    at: '2026-03-01T21:11:45.007Z',
    level: 'NONE',
    logger: '',
    line: 5,
  });
  expect(take(`${at} [INFO] a: after`).stageKey).toBeNull();
});

test('reading on from a position gives the same lines as reading in one go', () => {
  const pool = [
    `${at} [INFO] a: Starting stage: s1_render — x`,
    'Traceback (most recent call last):',
    `${at} [INFO] a: Stage s1_render completed in 9.7s with status: success`,
    `${at} [INFO] a: === Processing facility: kitchen ===`,
    `${at} [WARNING] a: something`,
    '[INFO] saved clip.mp4',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pool), { maxLength: 30 }), fc.nat(30), (lines, cut) => {
      const whole = createLogTracker();
      const expected = lines.map((line) => whole.take(line).line);
      const first = createLogTracker();
      const head = lines.slice(0, cut).map((line) => first.take(line).line);
      const second = createLogTracker(first.position());
      expect([...head, ...lines.slice(cut).map((line) => second.take(line).line)]).toEqual(expected);
    }),
  );
});
