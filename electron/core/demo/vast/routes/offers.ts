import { z } from 'zod';
import type { Answer } from '../answer.ts';
import { searchOffers } from '../offer-row.ts';
import { type Call, readBody, type Route } from './route.ts';

const querySchema = z.looseObject({
  order: z.array(z.tuple([z.string(), z.enum(['asc', 'desc'])])).default([['score', 'desc']]),
  type: z.enum(['on-demand', 'ondemand', 'bid', 'interruptible', 'reserved']).default('on-demand'),
  limit: z.coerce.number().int().nonnegative().nullable().default(null),
  allocated_storage: z.coerce.number().nonnegative().default(8),
  disable_bundling: z.unknown().optional(),
});

function search(call: Call, query: z.output<typeof querySchema>): Answer {
  const { order, type, limit, allocated_storage: allocatedGb, disable_bundling: _, ...filters } = query;
  const kind = type === 'ondemand' ? 'on-demand' : type === 'interruptible' ? 'bid' : type;
  return {
    status: 200,
    body: { offers: searchOffers(call.world, { filters, order, type: kind, limit, allocatedGb }) },
  };
}

export const offerRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: /^\/api\/v0\/bundles$/,
    pace: 'search',
    right: 'read',
    handle: (call) => search(call, readBody(call, querySchema)),
  },
  {
    method: 'PUT',
    path: /^\/api\/v0\/search\/asks$/,
    pace: 'search',
    right: 'read',
    handle: (call) => search(call, readBody(call, z.object({ q: querySchema })).q),
  },
  {
    method: 'GET',
    path: /^\/api\/v0\/gpu_names\/unique$/,
    pace: null,
    right: 'open',
    handle: ({ world }) => ({
      status: 200,
      body: { gpu_names: [...new Set([...world.offers.values()].map(({ hardware }) => hardware.gpuName))].sort() },
    }),
  },
];
