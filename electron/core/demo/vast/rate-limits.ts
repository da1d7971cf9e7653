import { Refusal } from './answer.ts';

/** Endpoints that share one interval. */
export type Pace =
  | 'list'
  | 'one'
  | 'change'
  | 'restart'
  | 'destroy'
  | 'create'
  | 'search'
  | 'bid'
  | 'execute'
  | 'ssh_key'
  | 'ssh_detach'
  | 'charges'
  | 'invoices';

/** The published minimum intervals, in seconds. */
const intervals: Readonly<Record<Exclude<Pace, 'search'>, number>> = {
  list: 1,
  one: 2,
  change: 1,
  restart: 1,
  destroy: 3,
  create: 4.5,
  bid: 5.5,
  execute: 1.5,
  ssh_key: 1,
  ssh_detach: 2,
  charges: 1,
  invoices: 3,
};
/** A create that comes too early is refused for this long; what the published word "penalty" means is not said. */
const createPenaltySeconds = 12;
const searchesPerMinute = 10;
/** Two requests sent an interval apart do not arrive exactly so. */
const toleranceMs = 25;

/** Refuses what comes too early, by the wall clock, for each endpoint and identity. */
export type RateLimits = { readonly check: (pace: Pace, identity: string) => void };

export function createRateLimits(wallMs: () => number): RateLimits {
  const freeAtMs = new Map<string, number>();
  const searches = new Map<string, number[]>();

  return {
    check: (pace, identity) => {
      const nowMs = wallMs();
      if (pace === 'search') {
        const recent = (searches.get(identity) ?? []).filter((atMs) => nowMs - atMs < 60_000);
        if (recent.length >= searchesPerMinute) throw tooFrequent(6);
        searches.set(identity, [...recent, nowMs]);
        return;
      }
      const key = `${pace} ${identity}`;
      const seconds = intervals[pace];
      if (nowMs + toleranceMs < (freeAtMs.get(key) ?? 0)) {
        if (pace === 'create') freeAtMs.set(key, nowMs + createPenaltySeconds * 1000);
        throw tooFrequent(seconds);
      }
      freeAtMs.set(key, nowMs + seconds * 1000);
    },
  };
}

/** Text, and no `Retry-After`. */
function tooFrequent(thresholdSeconds: number): Refusal {
  return new Refusal({
    status: 429,
    body: `API requests too frequent endpoint threshold=${thresholdSeconds.toFixed(1)}`,
    contentType: 'text/plain; charset=utf-8',
  });
}
