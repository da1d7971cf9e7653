const windowMs = 10_000;
const enoughMs = 500;

/**
 * Units a second over the last ten seconds, from (time, total done) pairs; null until half a
 * second has been seen. A window and not an average from the start: a stall must show.
 */
export function createRateMeter(): { add(nowMs: number, done: number): number | null } {
  const samples: { at: number; done: number }[] = [];
  return {
    add(nowMs, done) {
      samples.push({ at: nowMs, done });
      while (samples.length > 2 && nowMs - samples[1]!.at > windowMs) samples.shift();
      // Thousands of samples a second would only cost memory.
      if (samples.length > 600) samples.splice(1, samples.length - 300);
      const first = samples[0]!;
      const elapsedMs = nowMs - first.at;
      return elapsedMs < enoughMs ? null : ((done - first.done) / elapsedMs) * 1000;
    },
  };
}
