import type { Scene } from './fault-kind.ts';
import type { PullOutcome } from './work.ts';

/** Signing in and listing take about as much before the first byte of a file. */
const beforeFirstByte = 8_000;

/**
 * Pulls, and strikes when a share of the bytes has come through the relay, drawn unless told.
 * @returns whether the pull was still at work, and how it ended.
 */
export async function strikeDuringPull(
  scene: Scene,
  strike: () => Promise<void> | void,
  share: number = scene.dice.between(0.02, 0.93),
): Promise<{ readonly isHit: boolean; readonly outcome: PullOutcome }> {
  const { relay } = scene.world;
  const from = relay.receivedBytes();
  let isOver = false;
  const pulled = scene.pull().finally(() => (isOver = true));
  await Promise.race([pulled, relay.received(from + beforeFirstByte + share * scene.neededBytes)]);
  const isHit = !isOver;
  if (isHit) await strike();
  return { isHit, outcome: await pulled };
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
