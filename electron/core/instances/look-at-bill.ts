import { RoomError } from '#shared/errors.ts';
import { billingFactOf, type ChargeRead } from '#shared/rules/stop-proof.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { entryOf, type ActionDeps } from './action.ts';

/** Two reads closer than this say nothing about each other. */
const apartMs = 10_500;
const dayMs = 86_400_000;

/**
 * A fact beside the proof of a stop: did the GPU's charges grow between two reads after it? It never undoes the
 * proof; charges that can not be read are told as such.
 */
export async function lookAtBill(id: string, context: JobContext, deps: ActionDeps): Promise<string> {
  const reads = [await readGpuCharge(id, context, deps)];
  if (reads[0]?.gpuChargedUsd !== null) {
    await deps.timer.sleep(apartMs, context.signal);
    reads.push(await readGpuCharge(id, context, deps));
  }
  const { words } = billingFactOf(reads);
  context.detail(words);
  return words;
}

async function readGpuCharge(id: string, context: JobContext, deps: ActionDeps): Promise<ChargeRead> {
  const { client } = deps.fleet;
  const now = deps.now() + (client.clockSkewMs() ?? 0);
  const startedAt = (await entryOf(id, deps))?.instance.startedAt ?? null;
  const fromMs = (startedAt === null ? now - 30 * dayMs : Date.parse(startedAt)) - dayMs;
  const at = new Date(deps.timer.now()).toISOString();
  try {
    const sums = await client.readCharges(
      { fromMs, toMs: now + dayMs },
      { priority: 'user', attempts: 1, signal: context.signal },
    );
    return { at, gpuChargedUsd: sums.find((sum) => sum.instanceId === id)?.gpuUsd ?? null };
  } catch (thrown) {
    context.signal.throwIfAborted();
    if (!(thrown instanceof RoomError)) throw thrown;
    return { at, gpuChargedUsd: null };
  }
}
