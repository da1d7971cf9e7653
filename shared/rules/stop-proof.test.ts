import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  billingFactOf,
  proveStop,
  sshFactOf,
  type StopContext,
  type StopRead,
  type StopVerdict,
} from './stop-proof.ts';

const startMs = Date.parse('2026-03-01T00:00:00.000Z');
const at = (second: number): string => new Date(startMs + second * 1000).toISOString();
const status = (second: number, intendedStatus: string | null, actualStatus: string | null): StopRead => ({
  at: at(second),
  isAuthorised: true,
  outcome: { kind: 'status', intendedStatus, actualStatus },
});
const down = (second: number): StopRead => status(second, 'stopped', 'exited');
const up = (second: number): StopRead => status(second, 'stopped', 'running');
const failed = (second: number): StopRead => ({
  at: at(second),
  isAuthorised: true,
  outcome: { kind: 'failed', why: 'the API answered 503.' },
});
const gone = (second: number, isAuthorised = true): StopRead => ({
  at: at(second),
  isAuthorised,
  outcome: { kind: 'no_such_instance' },
});
const late: StopContext = { askedAt: at(0), now: at(200) };

test.each<[string, StopRead[], StopContext, StopVerdict]>([
  ['nothing read', [], {}, 'could_not_tell'],
  ['two reads 10 s apart', [down(1), down(11)], {}, 'stopped'],
  [
    'the two words mixed, in any letters',
    [status(1, 'Stopped', 'EXITED'), status(12, 'exited', 'stopped')],
    {},
    'stopped',
  ],
  ['two reads too close', [down(1), down(10)], {}, 'not_yet'],
  ['three reads, the ends far enough', [down(1), down(6), down(12)], {}, 'stopped'],
  ['one read', [down(1)], {}, 'not_yet'],
  ['running in between', [down(1), up(6), down(12)], {}, 'not_yet'],
  ['running afterwards', [down(1), down(12), up(20)], {}, 'not_yet'],
  ['running afterwards, and wanted', [down(1), down(12), status(20, 'running', 'running')], {}, 'still_billed'],
  ['a failed read in between', [down(1), failed(6), down(12)], {}, 'stopped'],
  ['a failed read afterwards', [down(1), down(12), failed(20)], {}, 'stopped'],
  ['a failed read after one', [down(1), failed(20)], {}, 'could_not_tell'],
  ['reads from before the stop', [down(-20), down(-5), up(3)], { askedAt: at(0) }, 'not_yet'],
  ['accepted, not done', [up(1), up(30)], { askedAt: at(0), now: at(30) }, 'not_yet'],
  ['accepted, never done', [up(1), up(200)], late, 'still_billed'],
  ['exited but meant to run', [status(1, 'running', 'exited'), status(30, 'running', 'exited')], {}, 'still_billed'],
  ['exited, intention unknown', [status(1, null, 'exited'), status(30, null, 'exited')], {}, 'still_billed'],
  ['not taken', [status(30, 'running', 'running')], {}, 'still_billed'],
  ['host offline', [status(1, 'stopped', 'offline'), status(30, 'stopped', 'offline')], {}, 'could_not_tell'],
  ['host unknown', [status(1, 'stopped', 'unknown'), status(30, 'stopped', 'unknown')], late, 'could_not_tell'],
  ['never reported', [status(1, 'stopped', null), status(30, 'stopped', null)], {}, 'not_yet'],
  ['gone', [gone(1)], {}, 'stopped'],
  ['gone, but the key was not accepted', [gone(1, false)], {}, 'could_not_tell'],
  ['gone, and there again', [gone(1), status(5, 'running', 'running')], {}, 'still_billed'],
  [
    'unauthorised twice',
    [
      { ...down(1), isAuthorised: false },
      { ...down(20), isAuthorised: false },
    ],
    {},
    'could_not_tell',
  ],
])('%s', (_name, reads, context, verdict) => {
  const proof = proveStop(reads, context);
  expect(proof.verdict).toBe(verdict);
  expect(proof.because.length).toBeGreaterThan(10);
  expect(proof.provedAt === null).toBe(verdict !== 'stopped');
});

test('an exited machine that is meant to run is called outbid or crashed; an undone stop is called billed', () => {
  expect(proveStop([status(1, 'running', 'exited')]).because).toMatch(/outbid or it crashed.*bills again/);
  expect(proveStop([up(150)], late).because).toMatch(/still billed/);
});

const anyRead = fc
  .record({
    second: fc.integer({ min: 0, max: 120 }),
    isAuthorised: fc.boolean(),
    outcome: fc.oneof(
      fc.record({
        kind: fc.constant('status' as const),
        intendedStatus: fc.constantFrom('stopped', 'running', 'exited', null, 'Stopped', 'odd'),
        actualStatus: fc.constantFrom('stopped', 'exited', 'running', 'offline', 'created', null, 'odd'),
      }),
      fc.constant({ kind: 'no_such_instance' as const }),
      fc.constant({ kind: 'failed' as const, why: 'no answer.' }),
    ),
  })
  .map(({ second, ...rest }): StopRead => ({ at: at(second), ...rest }));

test('stopped always has its evidence: two authorised down reads 10 s apart, or an authorised gone', () => {
  fc.assert(
    fc.property(fc.array(anyRead, { maxLength: 8 }), (reads) => {
      if (proveStop(reads).verdict !== 'stopped') return;
      const good = reads.filter((read) => read.isAuthorised);
      const isGone = good.some(({ outcome }) => outcome.kind === 'no_such_instance');
      const times = good
        .filter(
          ({ outcome }) =>
            outcome.kind === 'status' &&
            /^(?:stopped|exited)$/i.test(outcome.intendedStatus ?? '') &&
            /^(?:stopped|exited)$/i.test(outcome.actualStatus ?? ''),
        )
        .map((read) => Date.parse(read.at));
      expect(isGone || Math.max(...times) - Math.min(...times) >= 10_000).toBe(true);
    }),
  );
});

test('failed reads never prove a stop and never change what others proved', () => {
  fc.assert(
    fc.property(fc.array(anyRead, { maxLength: 6 }), fc.integer({ min: 121, max: 200 }), (reads, second) => {
      const before = proveStop(reads).verdict;
      const after = proveStop([...reads, failed(second)]).verdict;
      expect(after).toBe(before === 'stopped' ? 'stopped' : 'could_not_tell');
    }),
  );
});

test('SSH is a fact of its own', () => {
  expect(sshFactOf([])).toMatchObject({ state: 'unknown', at: null });
  expect(sshFactOf([{ at: at(1), answer: 'not_tried' }]).state).toBe('unknown');
  expect(
    sshFactOf([
      { at: at(9), answer: 'no_answer' },
      { at: at(1), answer: 'our_key' },
    ]),
  ).toMatchObject({
    state: 'silent',
    at: at(9),
  });
  expect(sshFactOf([{ at: at(1), answer: 'our_key' }]).state).toBe('answers');
  expect(sshFactOf([{ at: at(1), answer: 'other_key' }]).words).toMatch(/another host key/);
});

test('billing is a fact of its own: flat takes two reads, and storage goes on', () => {
  const charge = (second: number, gpuChargedUsd: number | null) => ({ at: at(second), gpuChargedUsd });
  expect(billingFactOf([charge(0, 1)]).state).toBe('unknown');
  expect(billingFactOf([charge(0, 1), charge(5, 1)]).state).toBe('unknown');
  expect(billingFactOf([charge(0, 1), charge(60, null)]).state).toBe('unknown');
  expect(billingFactOf([charge(0, 1), charge(60, 1)])).toMatchObject({ state: 'flat', at: at(60) });
  expect(billingFactOf([charge(60, 1.03), charge(0, 1)]).state).toBe('growing');
  expect(billingFactOf([charge(0, 1), charge(60, 1)]).words).toMatch(/Storage is charged/);
});
