import { expect, test } from 'vitest';
import { readStartArguments } from './start-arguments.ts';

test.each([
  [['.'], { kind: 'room', workspacePath: null, isDemo: false }],
  [['.', '--workspace', '/data/ws', '--demo'], { kind: 'room', workspacePath: '/data/ws', isDemo: true }],
  [['--workspace=/data/ws'], { kind: 'room', workspacePath: '/data/ws', isDemo: false }],
  [['--workspace='], { kind: 'room', workspacePath: null, isDemo: false }],
  [['--inspect=0', '--some-chromium-switch'], { kind: 'room', workspacePath: null, isDemo: false }],
  [['.', '--room', 'room.info', '{}', '--demo'], { kind: 'errand', args: ['room.info', '{}', '--demo'] }],
  [['--room'], { kind: 'errand', args: [] }],
])('%j', (args, asked) => {
  expect(readStartArguments(args)).toEqual(asked);
});
