import { expect, test } from 'vitest';
import { parseCommandLine } from './parse.ts';

test('a call with its input and options in any order', () => {
  expect(parseCommandLine(['--workspace', 'W', 'runs.list', '{"limit":2}', '--detach'])).toEqual({
    kind: 'call',
    method: 'runs.list',
    input: { limit: 2 },
    workspacePath: 'W',
    isDemo: false,
    detach: true,
  });
  expect(parseCommandLine(['runs.list', '--workspace=a=b'])).toMatchObject({ input: {}, workspacePath: 'a=b' });
});

test('help, with and without a method', () => {
  expect(parseCommandLine([])).toEqual({ kind: 'help', method: null });
  expect(parseCommandLine(['help', 'runs.get'])).toEqual({ kind: 'help', method: 'runs.get' });
  expect(parseCommandLine(['runs.get', '--help'])).toEqual({ kind: 'help', method: 'runs.get' });
});

test.each([
  [['runs.list', '{']],
  [['runs.list', '{}', 'more']],
  [['runs.list', '--workspace']],
  [['--nope', 'runs.list']],
])('%j is refused', (args) => {
  expect(() => parseCommandLine(args)).toThrowError(expect.objectContaining({ code: 'invalid_input' }));
});
