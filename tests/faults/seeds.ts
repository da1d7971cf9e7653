import { createHash } from 'node:crypto';
import { createRandom } from '#shared/rules/seeded-random.ts';

/** The seed of one scenario of a campaign, the same on every computer. */
export function scenarioSeed(campaignSeed: number, number: number): number {
  return createHash('sha256').update(`${campaignSeed}/${number}`).digest().readUInt32BE(0);
}

/** A seed for the tests of one day: what they cover moves on, and a day's failures can be repeated. */
export function seedOfDay(now: Date): number {
  return Number(now.toISOString().slice(0, 10).replaceAll('-', ''));
}

export type Dice = {
  /** From 0 to 1. */
  readonly real: () => number;
  /** A whole number, both ends included. */
  whole(from: number, to: number): number;
  between(from: number, to: number): number;
  /** True as often as told: 0.3 is three times in ten. */
  chance(share: number): boolean;
  pick<T>(of: readonly T[]): T;
  /** Dice of their own for a part, so that what one part throws does not move the others. */
  apart(name: string): Dice;
};

export function createDice(seed: number): Dice {
  const real = createRandom(seed);
  const whole = (from: number, to: number): number => from + Math.floor(real() * (to - from + 1));
  return {
    real,
    whole,
    between: (from, to) => from + real() * (to - from),
    chance: (share) => real() < share,
    pick: (of) => of[whole(0, of.length - 1)]!,
    apart: (name) => createDice(createHash('sha256').update(`${seed}/${name}`).digest().readUInt32BE(0)),
  };
}
