import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { classifyShutdownCommand, leaseRequestCommand } from '#shared/rules/shutdown-command.ts';
import { projectFolder } from '../support/test-core.ts';
import { onstartText } from './rented-machine.ts';

test('the onstart text fits, with room for the lines of a preset', () => {
  const preset = 'touch ~/.no_auto_tmux\ncd /workspace/BlueprintValidation && git status --short >/root/checkout.txt';
  const text = onstartText({ watchFolders: ['/models/outputs', '/workspace/data'], presetOnstart: preset });
  expect(text.length).toBeLessThanOrEqual(4048);
  expect(text).toContain(preset);
  expect(text).toContain("LEASE=1800 MAX=43200 IDLE=off WATCH='/models/outputs /workspace/data' sh");
});

test('a text that is too long is refused with the number of characters', () => {
  expect(() => onstartText({ presetOnstart: `: ${'x'.repeat(2000)}` })).toThrow(/onstart text has \d+ characters/);
});

test.each([0, -1, 1.5, Number.NaN, Infinity])('a limit of %d seconds is refused', (value) => {
  expect(() => onstartText({ maxRunSeconds: value })).toThrow(/maximum run time/);
  expect(() => onstartText({ leaseSeconds: value })).toThrow(/lease/);
  expect(() => onstartText({ idleSeconds: value })).toThrow(/idle time/);
});

test('a folder that a shell would read as more is refused', () => {
  expect(() => onstartText({ watchFolders: ["/a' ; reboot '"] })).toThrow(/watched folder/);
});

test('the daemon never says a stop instead of asking for one, and its request is a real shutdown command', () => {
  const script = readFileSync(join(projectFolder, 'resources', 'remote', 'lease.sh'), 'utf8');
  expect(script).toContain(`call PUT '{"state":"stopped"}'`);
  expect(script.split('\n').filter((line) => /^\s*(?:echo|printf).*state/.test(line))).toEqual([]);
  expect(classifyShutdownCommand(leaseRequestCommand).kind).toBe('real');
});
