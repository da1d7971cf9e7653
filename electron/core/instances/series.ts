import type { FleetSeries, SpendToday } from '#shared/model/fleet-history.ts';
import { spendCurve, type SpendCurve } from '#shared/rules/spend-curve.ts';
import type { Database } from '../db/database.ts';
import type { Fleet } from './fleet.ts';
import type { IdentifiedPoint } from './history-store.ts';

const dayMs = 86_400_000;
const curveStepMs = 600_000;

export type SeriesDeps = { readonly fleet: Fleet; readonly database: Database; readonly now: () => number };

/** Midnight UTC before a moment, milliseconds. */
const midnightOf = (ms: number): number => Math.floor(ms / dayMs) * dayMs;

const accountOf = async (fleet: Fleet): Promise<string> => (await fleet.reading())?.account ?? fleet.client.address;

function byMachine(points: readonly IdentifiedPoint[]): Map<string, IdentifiedPoint[]> {
  const groups = new Map<string, IdentifiedPoint[]>();
  for (const point of points) {
    const group = groups.get(point.instanceId);
    if (group === undefined) groups.set(point.instanceId, [point]);
    else group.push(point);
  }
  return groups;
}

type CurveToday = SpendCurve & { readonly fromMs: number; readonly toMs: number };

/** What the fleet has cost since midnight UTC, machines that are gone by now included. */
export async function readSpendToday({ fleet, database, now }: SeriesDeps): Promise<CurveToday> {
  const toMs = now();
  const fromMs = midnightOf(toMs);
  const since = new Date(fromMs).toISOString();
  const account = await accountOf(fleet);
  const [entries, points] = await Promise.all([
    database.read('instances.everSeen', { account }),
    database.read('instances.pointsSince', { account, since }),
  ]);
  const groups = byMachine(points);
  const days = await Promise.all(
    entries
      .filter(({ goneAt }) => goneAt === null || goneAt >= since)
      .map(async ({ instance, goneAt }) => {
        const charge = await database.read('instances.charge', { id: instance.id });
        return {
          samples: (groups.get(instance.id) ?? []).map((point) => ({ ...point, kind: 'observed' as const })),
          startedAt: instance.startedAt,
          goneAt,
          charged: charge === null ? null : { usd: charge.totalUsd, until: charge.until },
        };
      }),
  );
  return { ...spendCurve(days, { fromMs, toMs, stepMs: curveStepMs }), fromMs, toMs };
}

function toSpendToday({ fromMs, toMs, ...curve }: CurveToday): SpendToday {
  return {
    since: new Date(fromMs).toISOString(),
    until: new Date(toMs).toISOString(),
    spentUsd: curve.spentUsd,
    isEstimated: curve.estimatedUsd > 0 || curve.unknownMs > 0,
    isLowerBound: curve.unknownMs > 0,
    points: curve.points.map(({ ms, usd }) => ({ at: new Date(ms).toISOString(), usd })),
  };
}

/** The points of every machine that is there, over the last minutes, and the spend of today. */
export async function readSeries(minutes: number, deps: SeriesDeps): Promise<FleetSeries> {
  const { fleet, database, now } = deps;
  const untilMs = now();
  const since = new Date(untilMs - minutes * 60_000).toISOString();
  const account = await accountOf(fleet);
  const [present, points, today] = await Promise.all([
    database.read('instances.present', { account }),
    database.read('instances.pointsSince', { account, since }),
    readSpendToday(deps),
  ]);
  const groups = byMachine(points);
  return {
    since,
    until: new Date(untilMs).toISOString(),
    machines: present.map(({ instance: { id } }) => ({
      id,
      points: (groups.get(id) ?? []).map(({ instanceId: _id, ...point }) => point),
    })),
    today: toSpendToday(today),
  };
}
