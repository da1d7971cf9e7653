import { z } from 'zod';
import { type Answer, ok, refuse } from '../answer.ts';
import { type DayCharge, totalOf } from '../billing.ts';
import { shownSeconds } from '../instance-row.ts';
import { pageOf } from '../pages.ts';
import { type Call, jsonQuery, numberQuery, type Route } from './route.ts';

const rangeSchema = z.object({ gte: z.number().optional(), lte: z.number().optional() });
const chargeFilters = z.looseObject({ day: rangeSchema, type: z.object({ in: z.array(z.string()) }).optional() });
const invoiceFilters = z.looseObject({ when: rangeSchema });

const hourMs = 3_600_000;

function chargeRow(call: Call, charge: DayCharge): Record<string, unknown> {
  const hours = ((charge.endMs - charge.startMs) / hourMs).toFixed(3);
  const items = [
    { type: 'gpu', description: `GPU, ${hours} h`, amount: charge.gpuUsd },
    { type: 'disk', description: `Storage, ${hours} h`, amount: charge.diskUsd },
    { type: 'bwd', description: 'Bandwidth in', amount: charge.downloadUsd },
    { type: 'bwu', description: 'Bandwidth out', amount: charge.uploadUsd },
  ];
  return {
    start: shownSeconds(call.world, charge.startMs),
    end: shownSeconds(call.world, charge.endMs),
    type: 'instance',
    source: `instance-${charge.machineId}`,
    description: `Instance ${charge.machineId}${charge.label === null ? '' : ` (${charge.label})`}`,
    amount: totalOf(charge),
    metadata: {},
    items: items.filter(({ type, amount }) => amount !== 0 || type === 'gpu' || type === 'disk'),
  };
}

/** Is the day of a charge inside the range? Both ends are epoch seconds and may cut a day. */
function isWithin(charge: DayCharge, range: z.output<typeof rangeSchema>): boolean {
  const from = (range.gte ?? 0) * 1000;
  const to = (range.lte ?? Number.MAX_SAFE_INTEGER) * 1000;
  return charge.endMs >= from && charge.startMs <= to;
}

function charges(call: Call): Answer {
  const parsed = chargeFilters.safeParse(jsonQuery(call, 'select_filters'));
  if (!parsed.success || (parsed.data.day.gte === undefined && parsed.data.day.lte === undefined))
    throw refuse(400, 'invalid_args', 'error 400/6001: select_filters needs a range of days');
  const { day, type } = parsed.data;
  const found = [...call.world.ledger.values()].filter(
    (charge) => isWithin(charge, day) && (type === undefined || type.in.includes('instance')),
  );
  const turn = call.query.get('latest_first') === 'true' ? -1 : 1;
  const { page, nextToken } = pageOf(found, (charge) => [charge.dayMs, charge.machineId], {
    directions: [turn, 1],
    limit: Math.min(Math.max(1, numberQuery(call, 'limit', 100)), 500),
    afterToken: call.query.get('after_token') || null,
  });
  return ok({
    count: page.length,
    total: found.length,
    next_token: nextToken,
    results: page.map((charge) => chargeRow(call, charge)),
  });
}

function invoices(call: Call): Answer {
  const parsed = invoiceFilters.safeParse(jsonQuery(call, 'select_filters'));
  if (!parsed.success) {
    return { status: 200, body: { success: false, error: 'invalid_args', msg: 'select_filters needs a range "when"' } };
  }
  const { when } = parsed.data;
  const paidAt = Math.floor(shownSeconds(call.world, call.world.openedAtMs)) - 86_400;
  const all = [
    {
      id: 5_114_201,
      type: 'payment',
      service: 'stripe_payments',
      description: 'Credit card payment',
      amount: call.world.depositedUsd,
      start: paidAt,
      end: paidAt,
      source: 'card',
      metadata: {},
      items: [],
    },
  ].filter((each) => each.start >= (when.gte ?? 0) && each.start <= (when.lte ?? Number.MAX_SAFE_INTEGER));
  const { page, nextToken } = pageOf(all, (each) => [each.start, each.id], {
    directions: [call.query.get('latest_first') === 'true' ? -1 : 1, 1],
    limit: Math.min(Math.max(1, numberQuery(call, 'limit', 60)), 100),
    afterToken: call.query.get('after_token') || null,
  });
  return ok({ count: page.length, total: all.length, next_token: nextToken, results: page });
}

export const moneyRoutes: readonly Route[] = [
  { method: 'GET', path: /^\/api\/v0\/charges$/, pace: 'charges', right: 'read', handle: charges },
  { method: 'GET', path: /^\/api\/v1\/invoices$/, pace: 'invoices', right: 'read', handle: invoices },
];
