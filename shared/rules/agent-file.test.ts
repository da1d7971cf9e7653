import { expect, test } from 'vitest';
import { cronLine, launchAgentFile, unfitForAgent, type AgentCall } from './agent-file.ts';

const call: AgentCall = {
  label: 'com.example.room.1',
  words: ['/Apps/A & B/room', '--room', 'sync.once', '{}', '--workspace', "/srv/o'neil/100% <x>"],
  variables: { PATH: '/opt/homebrew/bin:/usr/bin:/bin', HOME: '/srv/o' },
  intervalMinutes: 2,
  logFile: '/srv/o/log file',
  comments: ['machine 12 at host--name:22'],
};

/** Reads back the few kinds of values that such a file has. */
function readPlist(text: string): unknown {
  const body = text.replaceAll(/<!--(?:(?!--)[\s\S])*-->/g, '').replaceAll(/<\?xml.*?\?>|<!DOCTYPE[^>]*>/g, '');
  const tokens = [...body.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>|([^<]+)/g)];
  let at = 0;
  const decode = (raw: string): string => raw.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  const skip = (): void => {
    while (tokens[at]?.[4] !== undefined && tokens[at]![4]!.trim() === '') at += 1;
  };
  const read = (): unknown => {
    skip();
    const [, closes, name, closed] = tokens[at++]!;
    expect(closes).toBe('');
    if (closed === '/') return name === 'true';
    if (name === 'string' || name === 'integer' || name === 'key') {
      const value = tokens[at]?.[4] === undefined ? '' : decode(tokens[at++]![4]!);
      expect(tokens[at++]![2]).toBe(name);
      return name === 'integer' ? Number(value) : value;
    }
    const items: unknown[] = [];
    for (skip(); tokens[at]![1] !== '/'; skip()) items.push(read());
    expect(tokens[at++]![2]).toBe(name);
    if (name === 'array') return items;
    if (name === 'plist') return items[0];
    return Object.fromEntries(items.flatMap((item, index) => (index % 2 === 0 ? [[item, items[index + 1]]] : [])));
  };
  return read();
}

test('what launchd reads is what was meant, whatever is in a path', () => {
  expect(readPlist(launchAgentFile(call))).toEqual({
    Label: call.label,
    ProgramArguments: call.words,
    EnvironmentVariables: call.variables,
    StartInterval: 120,
    RunAtLoad: true,
    StandardOutPath: '/dev/null',
    StandardErrorPath: call.logFile,
  });
});

test.each([
  [1, '* * * * * '],
  [2, '*/2 * * * * '],
  [7, '*/6 * * * * '],
  [45, '*/30 * * * * '],
  [1440, '0 * * * * '],
])('every %s minutes is a step of cron that comes evenly', (intervalMinutes, start) => {
  expect(cronLine({ ...call, intervalMinutes }).startsWith(start)).toBe(true);
});

test('a line of cron is one line, with every % escaped', () => {
  const line = cronLine(call);
  expect(line).not.toMatch(/(?<!\\)%|\n/);
  expect(line).toContain(String.raw`'/srv/o'\''neil/100\% <x>'`);
});

test('what can not stand on one line is said', () => {
  expect(unfitForAgent(call)).toBeNull();
  expect(unfitForAgent({ ...call, words: ['room'] })).toContain('absolute');
  expect(unfitForAgent({ ...call, logFile: '/a\nb' })).toContain('line break');
});
