/**
 * How long to wait before try `attempt` + 1 (the first try is 1): whole seconds, doubling, never
 * shorter than the endpoint's own interval, with up to half of it on top so that two rooms part.
 */
export function backOffMs(attempt: number, intervalMs: number, random: () => number = Math.random): number {
  const base = Math.max(Math.ceil(intervalMs / 1000), 2 ** (attempt - 1));
  const jitter = Math.floor(random() * (Math.ceil(base / 2) + 1));
  return (base + jitter) * 1000;
}
