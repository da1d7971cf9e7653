import type { Page } from '@playwright/test';
import { readdir, readFile } from 'node:fs/promises';
import type { Figure } from '../figure.ts';

const WARM_UP = 5;
const PAIRS = 50;

/** Memory of all the browser's processes before and after fifty pairs were opened, decoded and closed. */
export async function fiftyPairs(page: Page): Promise<Figure> {
  const session = await page.context().newCDPSession(page);
  /** The least of several looks: how soon freed pages are given back is chance, and longer on a busy machine. */
  const measure = async (): Promise<number | null> => {
    let least: number | null = null;
    for (let look = 0; look < 6; look++) {
      await session.send('HeapProfiler.collectGarbage');
      // The allocator keeps freed pages at hand, a hundred megabytes more or less, until memory is short.
      await session.send('Memory.simulatePressureNotification', { level: 'critical' });
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1000)));
      const now = await browserMegabytes();
      if (now === null) return null;
      least = Math.min(least ?? now, now);
    }
    return least;
  };
  await openAndClose(page, WARM_UP);
  const before = await measure();
  await openAndClose(page, PAIRS);
  const after = await measure();
  const left = await page.evaluate(() => harness.budgetBytes());
  await session.detach();
  const name = `player: memory the browser holds after ${PAIRS} pairs opened and closed (${left} bytes of frames still claimed)`;
  const goal = 'at most 10 % more than before, no frame still claimed';
  if (before === null || after === null) return { name, value: Number.NaN, unit: 'MB', beside: null, goal, met: null };
  return {
    name,
    value: after,
    unit: 'MB',
    beside: { name: `after ${WARM_UP} pairs`, value: before },
    goal,
    met: after <= 1.1 * before && left === 0,
  };
}

async function openAndClose(page: Page, count: number): Promise<void> {
  await page.evaluate(async (pairs) => {
    const source = (name: string) => ({
      media: { kind: 'url' as const, url: `/media/${name}` },
      trimStartFrame: null,
      sourceFrameCount: null,
      sourceKey: null,
    });
    for (let pair = 0; pair < pairs; pair++) {
      // Every fifth one is left in the middle of its decoding.
      await harness.open({ left: source('dense'), right: source(pair % 2 === 0 ? 'denseOther' : 'denseKey10') });
      if (pair % 5 === 4) await harness.until((state) => state.left.decodedCount > 3);
      else {
        await harness.settled();
        await harness.show((pair * 7) % 73);
      }
      harness.close();
    }
  }, count);
}

/** Proportional memory of all processes below this one that belong to the browser; null where the system does not tell. */
async function browserMegabytes(): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => null);
    const parent = stat === null ? null : /^\d+ \(.*\) \S (\d+)/s.exec(stat)?.[1];
    if (parent !== null && parent !== undefined) parents.set(Number(name), Number(parent));
  }
  let kilobytes = 0;
  for (const pid of parents.keys()) {
    let above: number | undefined = parents.get(pid);
    while (above !== undefined && above !== process.pid) above = parents.get(above);
    if (above === undefined) continue;
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    kilobytes += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  }
  return Math.round(kilobytes / 1024);
}
