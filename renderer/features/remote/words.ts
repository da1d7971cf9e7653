import type { RemoteCheck } from '#shared/model/remote-run.ts';
import { isStepOver, type RemoteStep } from '#shared/model/step.ts';
import type { StateShape } from '../../ui/state-mark.tsx';

type Mark = { readonly shape: StateShape; readonly word: string };

export const kindWords: Readonly<Record<RemoteStep['kind'], string>> = {
  command: 'Command',
  prepare: 'Prepare',
  audit: 'Audit',
  preflight: 'Preflight',
  run: 'Run',
};

/** How a step stands. An exit code of 0 is not enough: the outcome is told from more than that. */
export function stepMark(step: Pick<RemoteStep, 'state' | 'outcome'>): Mark {
  switch (step.state) {
    case 'starting':
      return { shape: 'waiting', word: 'Starting' };
    case 'running':
      return { shape: 'running', word: 'Running' };
    case 'unknown':
      return { shape: 'unknown', word: 'Not reached' };
    case 'cancelled':
      return { shape: 'off', word: 'Cancelled' };
    case 'vanished':
      return { shape: 'fail', word: 'Vanished' };
    case 'lost':
      return { shape: 'fail', word: 'Machine gone' };
    case 'ended':
      return step.outcome === null
        ? { shape: 'unknown', word: 'Ended' }
        : step.outcome.isGood
          ? { shape: 'ok', word: 'Good' }
          : { shape: 'fail', word: 'Failed' };
    default:
      return step.state satisfies never;
  }
}

/** Seconds that a step took, or takes until now; null while it has not begun. By the machine's clock. */
export function stepSeconds(step: RemoteStep, nowMs: number): number | null {
  if (step.startedAt === null) return null;
  const end = step.endedAt === null ? (isStepOver(step.state) ? null : nowMs) : Date.parse(step.endedAt);
  return end === null ? null : Math.max(0, Math.round((end - Date.parse(step.startedAt)) / 1000));
}

export const checkMarks: Readonly<Record<RemoteCheck['state'], Mark>> = {
  passed: { shape: 'ok', word: 'Passed' },
  warning: { shape: 'warn', word: 'Noted' },
  failed: { shape: 'fail', word: 'Blocked' },
  not_checked: { shape: 'unknown', word: 'Not checked' },
};

/** An item that holds a launch until it is mended or passed over by name. */
export const holds = ({ state }: Pick<RemoteCheck, 'state'>): boolean => state === 'failed' || state === 'not_checked';

const areas: readonly (readonly [area: string, owns: RegExp])[] = [
  ['Config', /^config:/],
  ['Environment', /^(environment|imports)$/],
  ['Hugging Face', /^gated/],
  ['Money', /^budget$/],
  ['Auto-shutdown', /^shutdown$/],
  ['Snapshots', /^sync$/],
  ['Machine', /^(disk|gpu|clock|variables|names|tokens|secrets)/],
];

/** Where an item belongs; what the pipeline asks itself stands together. */
export const areaOf = ({ id, by }: Pick<RemoteCheck, 'id' | 'by'>): string =>
  by === 'pipeline' ? 'Pipeline' : (areas.find(([, owns]) => owns.test(id))?.[0] ?? 'Machine');

/** Items by area, in the order of the areas, what holds the launch first within each. */
export function byArea(rows: readonly RemoteCheck[]): readonly (readonly [string, readonly RemoteCheck[]])[] {
  const order = [...areas.map(([area]) => area), 'Pipeline'];
  return order.flatMap((area) => {
    const own = rows.filter((row) => areaOf(row) === area);
    return own.length === 0 ? [] : [[area, own.toSorted((a, b) => Number(holds(b)) - Number(holds(a)))] as const];
  });
}

/** What has to be typed to pass over an item. */
export const overrideWords = (id: string): string => `override ${id}`;
