import type { Timer } from './timer.ts';

/** User actions go ahead of polling. */
export type Priority = 'user' | 'poll';

export type SendQueue = {
  /**
   * Sends when its turn comes. The provider counts from arrival to arrival, and a call arrived at some time before
   * its answer: calls of one endpoint keep `intervalMs` from the answer, one that hangs counts as arrived after
   * `intervalMs`. A burst is counted from its starts.
   */
  send<T>(
    turn: {
      readonly endpoint: string;
      readonly intervalMs: number;
      /** So many may start at once, if nothing was sent for as many intervals. Default: 1. */
      readonly burst?: number;
      readonly priority: Priority;
      readonly signal?: AbortSignal;
    },
    work: () => Promise<T>,
  ): Promise<T>;
  /** Holds one endpoint back, after the provider said that it is asked too often. */
  pause(endpoint: string, ms: number): void;
};

type Waiting = { readonly priority: Priority; readonly start: () => Promise<unknown> };
type Lane = {
  waiting: Waiting[];
  nextAt: number;
  isPumping: boolean;
  /** When the newest calls started: as many as a burst may have. */
  started: number[];
  /** The start of the newest call while its answer is not there. */
  openSince: number | null;
};

/** One lane per endpoint; lanes do not wait for each other. */
export function createSendQueue(timer: Timer): SendQueue {
  const lanes = new Map<string, Lane>();

  function laneOf(endpoint: string): Lane {
    let lane = lanes.get(endpoint);
    if (lane === undefined) {
      lane = { waiting: [], nextAt: 0, isPumping: false, started: [], openSince: null };
      lanes.set(endpoint, lane);
    }
    return lane;
  }

  async function answered(lane: Lane, intervalMs: number, burst: number, call: Promise<unknown>): Promise<void> {
    const startedAt = timer.now();
    lane.openSince = startedAt;
    await call;
    if (lane.openSince !== startedAt) return;
    lane.openSince = null;
    if (burst === 1) lane.nextAt = Math.max(lane.nextAt, timer.now() + intervalMs);
  }

  async function pump(lane: Lane, intervalMs: number, burst: number): Promise<void> {
    if (lane.isPumping) return;
    lane.isPumping = true;
    try {
      while (lane.waiting.length > 0) {
        const target = lane.nextAt;
        const waitMs = target - timer.now();
        if (waitMs > 0) {
          await timer.sleep(waitMs);
          // A sped-up timer waits shorter than its clock says; a pause that came meanwhile still counts.
          if (lane.nextAt === target) lane.nextAt = Math.min(target, timer.now());
          continue;
        }
        if (burst === 1 && lane.openSince !== null) {
          lane.openSince = null;
          lane.nextAt = timer.now() + intervalMs;
          continue;
        }
        const at = lane.waiting.findIndex((it) => it.priority === 'user');
        const [next] = lane.waiting.splice(Math.max(at, 0), 1);
        lane.started = [...lane.started, timer.now()].slice(-burst);
        const oldest = lane.started.length < burst ? null : lane.started[0]!;
        lane.nextAt = oldest === null ? timer.now() : oldest + intervalMs * burst;
        if (next !== undefined) void answered(lane, intervalMs, burst, next.start());
      }
    } finally {
      lane.isPumping = false;
    }
  }

  return {
    send({ endpoint, intervalMs, burst = 1, priority, signal }, work) {
      const lane = laneOf(endpoint);
      return new Promise((resolve, reject) => {
        const entry: Waiting = {
          priority,
          start: () => {
            signal?.removeEventListener('abort', leave);
            return work().then(resolve, reject);
          },
        };
        const leave = (): void => {
          lane.waiting = lane.waiting.filter((it) => it !== entry);
          reject(signal?.reason as Error);
        };
        if (signal?.aborted === true) {
          reject(signal.reason as Error);
          return;
        }
        signal?.addEventListener('abort', leave, { once: true });
        lane.waiting.push(entry);
        void pump(lane, intervalMs, burst);
      });
    },
    pause(endpoint, ms) {
      const lane = laneOf(endpoint);
      lane.nextAt = Math.max(lane.nextAt, timer.now() + ms);
    },
  };
}
