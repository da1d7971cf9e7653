/**
 * Simulated time: it starts at the wall clock and runs `speed` times as fast. Nothing waits for it; whoever
 * asks gets the time, in epoch milliseconds.
 */
export type SimulatedClock = {
  readonly nowMs: () => number;
  readonly wallMs: () => number;
  readonly speed: () => number;
  readonly setSpeed: (speed: number) => void;
  readonly advance: (seconds: number) => void;
};

export function createClock(wallMs: () => number, firstSpeed: number): SimulatedClock {
  let speed = firstSpeed;
  let wallAt = wallMs();
  let simulatedAt = wallAt;
  const nowMs = (): number => simulatedAt + Math.max(0, wallMs() - wallAt) * speed;
  const rebase = (): void => {
    const at = nowMs();
    wallAt = wallMs();
    simulatedAt = at;
  };
  return {
    nowMs,
    wallMs,
    speed: () => speed,
    setSpeed: (next) => {
      rebase();
      speed = next;
    },
    advance: (seconds) => {
      rebase();
      simulatedAt += seconds * 1000;
    },
  };
}
