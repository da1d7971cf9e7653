import type { Scene } from './fault-kind.ts';
import type { PullOutcome, PushOutcome } from './work.ts';

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

/** Mirrors what a pull without a fault has brought, and strikes when the bucket was asked as often as drawn. */
export async function strikeDuringPush(
  scene: Scene,
  strike: () => Promise<void> | void,
): Promise<{ readonly isHit: boolean; readonly outcome: PushOutcome | null }> {
  const { relay, bucket } = scene.world;
  relay.open();
  const pulled = await scene.pull();
  if (pulled.kind !== 'stored' || bucket === null) return { isHit: false, outcome: null };
  const { log } = bucket.server;
  const from = log.requests().length;
  // Signing in and the listing come first, then the uploads, and a few requests at the end.
  const after = scene.dice.whole(1, 14);
  bucket.server.setDelayMs(scene.dice.whole(5, 30));
  let isOver = false;
  const pushed = scene.push(pulled.result.id).finally(() => (isOver = true));
  while (!isOver && log.requests().length - from < after) await sleep(3);
  const isHit = !isOver;
  if (isHit) await strike();
  const outcome = await pushed;
  bucket.server.setDelayMs(0);
  return { isHit, outcome };
}
