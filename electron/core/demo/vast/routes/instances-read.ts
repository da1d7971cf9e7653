import { z } from 'zod';
import { type Answer, ok, refuse } from '../answer.ts';
import { readFilters } from '../filters.ts';
import { instanceRow, storedColumns, storedColumnsOf } from '../instance-row.ts';
import type { Machine } from '../machine.ts';
import { pageOf } from '../pages.ts';
import { type Call, jsonQuery, numberQuery, type Route } from './route.ts';

const orderSchema = z.array(z.object({ col: z.string(), dir: z.enum(['asc', 'desc']).default('asc') }));
const columnsSchema = z.array(z.string());

/** Every machine whose row can be read by now. */
function readable({ world }: Call): Machine[] {
  return [...world.machines.values()].filter((machine) => machine.readableAtMs <= world.atMs);
}

function readOrder(call: Call): { readonly col: string; readonly dir: 'asc' | 'desc' }[] {
  const parsed = orderSchema.safeParse(jsonQuery(call, 'order_by') ?? []);
  if (!parsed.success) throw refuse(400, 'invalid_args', 'error 400/1411: order_by takes [{"col","dir"}]');
  const unknown = parsed.data.find(({ col }) => !storedColumns.has(col));
  if (unknown !== undefined) throw refuse(400, 'invalid_args', `error 400/1412: cannot order by ${unknown.col}`);
  return parsed.data.some(({ col }) => col === 'id') ? parsed.data : [...parsed.data, { col: 'id', dir: 'asc' }];
}

function pickColumns(call: Call): (row: Record<string, unknown>) => Record<string, unknown> {
  const parsed = columnsSchema.safeParse(jsonQuery(call, 'select_cols') ?? ['*']);
  if (!parsed.success) throw refuse(400, 'invalid_args', 'error 400/1413: select_cols takes a list of names');
  if (parsed.data.includes('*')) return (row) => row;
  return (row) => Object.fromEntries(parsed.data.map((name) => [name, row[name] ?? null]));
}

function listPage(call: Call): Answer {
  const retired = call.world.faults.get('retired_endpoint');
  if (retired?.versions === 'both') throw deprecated('/api/v1/instances/');
  const test = readFilters(jsonQuery(call, 'select_filters') ?? {}, storedColumns);
  const order = readOrder(call);
  const pick = pickColumns(call);
  const all = readable(call);
  const found = all.filter((machine) => test(storedColumnsOf(call, machine)));
  const asked = numberQuery(call, 'limit', 25);
  const { page, nextToken } = pageOf(
    found,
    (machine) => {
      const columns = storedColumnsOf(call, machine);
      return order.map(({ col }) => columns[col] ?? null);
    },
    {
      directions: order.map(({ dir }) => (dir === 'asc' ? 1 : -1)),
      limit: asked <= 0 ? 5 : Math.min(asked, 25),
      afterToken: call.query.get('after_token') || null,
    },
  );
  const labels: Record<string, number> = {};
  for (const { label } of all) labels[label ?? ''] = (labels[label ?? ''] ?? 0) + 1;
  return ok({
    instances_found: found.length,
    total_instances: all.length,
    label_counts: labels,
    next_token: nextToken,
    instances: page.map((machine) => pick(instanceRow(call, machine))),
  });
}

function deprecated(path: string): Error {
  return refuse(410, 'deprecated_endpoint', `error 410/9001: ${path} is deprecated. See the documentation.`);
}

/** The list of v0: everything at once, until it was retired. */
function oldList(call: Call): Answer {
  if (call.world.faults.get('retired_endpoint') !== null) throw deprecated('/api/v0/instances/');
  return { status: 200, body: { instances: readable(call).map((machine) => instanceRow(call, machine)) } };
}

export const instanceReads: readonly Route[] = [
  { method: 'GET', path: /^\/api\/v1\/instances$/, pace: 'list', right: 'read', handle: listPage },
  { method: 'GET', path: /^\/api\/v0\/instances$/, pace: 'list', right: 'read', handle: oldList },
  {
    method: 'GET',
    path: /^\/api\/v0\/instances\/filters$/,
    pace: null,
    right: 'read',
    handle: (call) => {
      const seen = new Map<string, unknown>();
      for (const machine of readable(call)) {
        const { actual_status, verification, gpu_name } = storedColumnsOf(call, machine);
        const combination = { actual_status, verification, gpu_name };
        seen.set(JSON.stringify(combination), combination);
      }
      return { status: 200, body: { filters: [...seen.values()] } };
    },
  },
  {
    method: 'GET',
    path: /^\/api\/v0\/instances\/pending-price-increases$/,
    pace: null,
    right: 'read',
    handle: () => ok({ count: 0, truncated: false, pending_price_increases: [] }),
  },
  {
    // A machine that is not there is a success with null.
    method: 'GET',
    path: /^\/api\/v0\/instances\/(\d+)$/,
    pace: 'one',
    right: 'read',
    forOwnKey: true,
    handle: (call) => {
      const machine = readable(call).find(({ id }) => id === Number(call.parts[0]));
      return { status: 200, body: { instances: machine === undefined ? null : instanceRow(call, machine) } };
    },
  },
];
