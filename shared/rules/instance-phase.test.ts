import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instancePhaseSchema } from '../model/instance.ts';
import { phaseOf, type PhaseContext, type StatusFields } from './instance-phase.ts';

const fields = (
  intendedStatus: string | null,
  actualStatus: string | null,
  currentState: string | null = null,
  nextState: string | null = null,
  more: Partial<StatusFields> = {},
): StatusFields => ({
  intendedStatus,
  actualStatus,
  currentState,
  nextState,
  statusMessage: null,
  isInterruptible: false,
  ...more,
});
const bid = { isInterruptible: true };
const asked: PhaseContext = { commandedStopAt: '2026-03-01T10:00:00.000Z' };
const started: PhaseContext = { commandedStartAt: '2026-03-01T10:00:00.000Z' };

test.each<[string, StatusFields, PhaseContext, string]>([
  ['nothing reported', fields('running', null, 'running', 'running'), {}, 'creating'],
  ['created', fields('running', 'created', 'running', 'running'), {}, 'creating'],
  [
    'created, and docker could not start it',
    fields('running', 'created', 'running', 'running', { statusMessage: 'Error response from daemon: no\n' }),
    {},
    'crashed',
  ],
  ['pulling', fields('running', 'loading', 'running', 'running'), {}, 'loading'],
  ['up', fields('running', 'running', 'running', 'running'), {}, 'running'],
  ['up, in other letters', fields('RUNNING', ' Running ', 'Running', 'RUNNING'), {}, 'running'],
  ['up, nobody tells what for', fields(null, 'running'), {}, 'running'],
  ['up, a stop queued', fields('running', 'running', 'running', 'stopped'), {}, 'stopping'],
  ['start asked, GPU not there', fields('running', 'exited', 'stopped', 'running'), {}, 'scheduling'],
  ['the same with the other word', fields('running', 'stopped', 'stopped', 'running'), {}, 'scheduling'],
  ['exited while wanted', fields('running', 'exited', 'running', 'running'), {}, 'crashed'],
  ['exited while wanted, scheduler silent', fields('running', 'exited'), {}, 'crashed'],
  ['ended by the provider while wanted', fields('running', 'exited', 'stopped', 'stopped'), {}, 'crashed'],
  ['rebooting', fields('running', 'rebooting', 'running', 'running'), {}, 'restarting'],
  ['recycling', fields('running', 'recycling'), {}, 'restarting'],
  ['a stop on its way', fields('stopped', 'running', 'running', 'stopped'), asked, 'stopping'],
  ['a stop while pulling', fields('stopped', 'loading', 'running', 'stopped'), {}, 'stopping'],
  ['a stop before the host reported', fields('stopped', null), {}, 'stopping'],
  ['a stop while rebooting', fields('stopped', 'rebooting'), {}, 'stopping'],
  ['down, the scheduler not yet', fields('stopped', 'exited', 'running', 'stopped'), asked, 'stopping'],
  ['down', fields('stopped', 'exited', 'stopped', 'stopped'), asked, 'stopped'],
  ['down by somebody else, not interruptible', fields('stopped', 'stopped', 'stopped', 'stopped'), {}, 'stopped'],
  ['never started', fields('stopped', 'created', 'stopped', 'stopped'), {}, 'stopped'],
  ['intended exited means stopped', fields('exited', 'exited', 'stopped', 'stopped'), asked, 'stopped'],
  ['outbid, looks stopped', fields('stopped', 'exited', 'stopped', 'stopped', bid), {}, 'outbid'],
  ['outbid, looks like scheduling', fields('running', 'exited', 'stopped', 'running', bid), {}, 'outbid'],
  ['interruptible, stopped by us', fields('stopped', 'exited', 'stopped', 'stopped', bid), asked, 'stopped'],
  ['interruptible, started by us', fields('running', 'exited', 'stopped', 'running', bid), started, 'scheduling'],
  ['interruptible, crashed', fields('running', 'exited', 'running', 'running', bid), {}, 'crashed'],
  ['host offline', fields('running', 'offline', 'running', 'running'), {}, 'unreachable'],
  ['heartbeat lost', fields('stopped', 'unknown', 'stopped', 'stopped'), {}, 'unreachable'],
  ['frozen', fields('running', 'frozen'), {}, 'frozen'],
  ['going', fields('running', 'destroying'), {}, 'destroying'],
  ['gone in a moment', fields('destroyed', 'running'), {}, 'destroying'],
  ['a new actual status', fields('running', 'hibernating'), {}, 'other'],
  ['a new intended status', fields('paused', 'exited'), {}, 'other'],
  ['down, nobody tells what for', fields(null, 'exited'), {}, 'other'],
])('%s', (_name, given, context, phase) => {
  expect(phaseOf(given, context).phase).toBe(phase);
});

test('down while wanted is restarting for two minutes and crashed afterwards, or at once with an error', () => {
  const down = fields('running', 'exited', 'running', 'running');
  const at = (seconds: number): PhaseContext => ({
    actualSince: '2026-03-01T10:00:00.000Z',
    now: new Date(Date.parse('2026-03-01T10:00:00.000Z') + seconds * 1000).toISOString(),
  });
  expect(phaseOf(down, at(30)).phase).toBe('restarting');
  expect(phaseOf(down, at(121)).phase).toBe('crashed');
  expect(phaseOf({ ...down, statusMessage: 'OCI runtime create failed: x' }, at(30)).phase).toBe('crashed');
});

test('an outbid machine is called probably outbid, and a stop of ours says since when', () => {
  expect(phaseOf(fields('stopped', 'exited', 'stopped', null, bid)).because).toMatch(/^Probably outbid/);
  expect(phaseOf(fields('stopped', 'running', 'running', 'stopped'), asked).sinceHint).toBe(asked.commandedStopAt);
});

const anyStatus = fc.oneof(
  fc.constant(null),
  fc.constantFrom('running', 'stopped', 'exited', 'created', 'loading', 'offline', 'frozen', 'destroyed', ''),
  fc.string(),
);
const anyFields: fc.Arbitrary<StatusFields> = fc.record({
  intendedStatus: anyStatus,
  actualStatus: anyStatus,
  currentState: anyStatus,
  nextState: anyStatus,
  statusMessage: fc.option(fc.string()),
  isInterruptible: fc.boolean(),
});

test('any four words give a phase with a sentence; letters and spaces around them change nothing', () => {
  fc.assert(
    fc.property(anyFields, fc.boolean(), (given, weAsked) => {
      const context = weAsked ? asked : {};
      const reading = phaseOf(given, context);
      expect(instancePhaseSchema.safeParse(reading.phase).success).toBe(true);
      expect(reading.because.length).toBeGreaterThan(5);
      const ascii = [given.intendedStatus, given.actualStatus, given.currentState, given.nextState].every(
        (each) => each === null || /^[ -~]*$/.test(each),
      );
      if (!ascii) return;
      const shout = (value: string | null): string | null => (value === null ? null : ` ${value.toUpperCase()} `);
      const loud = {
        ...given,
        intendedStatus: shout(given.intendedStatus),
        actualStatus: shout(given.actualStatus),
        currentState: shout(given.currentState),
        nextState: shout(given.nextState),
      };
      expect(phaseOf(loud, context).phase).toBe(reading.phase);
    }),
  );
});

test('nothing is called stopped unless it is meant to be, its container is down, and no start is queued', () => {
  fc.assert(
    fc.property(anyFields, (given) => {
      const { phase } = phaseOf(given, asked);
      if (phase !== 'stopped') return;
      expect(['stopped', 'exited']).toContain(given.intendedStatus?.trim().toLowerCase());
      expect(['stopped', 'exited', 'created']).toContain(given.actualStatus?.trim().toLowerCase());
      expect(given.nextState?.trim().toLowerCase()).not.toBe('running');
    }),
  );
});
