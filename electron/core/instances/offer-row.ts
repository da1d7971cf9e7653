import { z } from 'zod';
import type { Offer } from '#shared/model/offer.ts';
import { measure, perGb, text, time } from './row-fields.ts';

const flag = z.unknown().transform((value): boolean | null => (typeof value === 'boolean' ? value : null));
const version = z.unknown().transform((value): number | null => {
  const parsed = Number(value);
  return value !== null && value !== '' && Number.isFinite(parsed) && parsed > 0 ? parsed : null;
});

const rowSchema = z.object({
  id: z.union([z.number().int().nonnegative(), z.string().regex(/^[0-9]{1,19}$/)]).transform(String),
  machine_id: text,
  host_id: text,
  gpu_name: text,
  num_gpus: measure,
  gpu_ram: measure,
  gpu_frac: measure,
  cpu_cores_effective: measure,
  cpu_ram: measure,
  disk_space: measure,
  disk_bw: measure,
  inet_up: measure,
  inet_down: measure,
  inet_up_cost: measure,
  inet_down_cost: measure,
  internet_up_cost_per_tb: measure,
  internet_down_cost_per_tb: measure,
  storage_cost: measure,
  dph_base: measure,
  min_bid: measure,
  reliability: measure,
  reliability2: measure,
  verification: text,
  verified: flag,
  geolocation: text.transform((value) => value?.replace(/^[,\s]+/, '') ?? null),
  direct_port_count: measure,
  hosting_type: measure,
  cuda_max_good: version,
  driver_version: text,
  duration: measure,
  end_date: time,
  rentable: flag,
  rented: flag,
  dlperf: measure,
});

/** Whether it can be had: `rented` counts where the row says it, whatever `rentable` says. */
function isRentable(rentable: boolean | null, rented: boolean | null): boolean | null {
  if (rented === true || rentable === false) return false;
  return rentable;
}

/** One row of a search as an offer; null when it has no usable id. */
export function parseOfferRow(value: unknown): Offer | null {
  if (value === null || typeof value !== 'object') return null;
  const empty = Object.fromEntries(Object.keys(rowSchema.shape).map((key) => [key, null]));
  const parsed = rowSchema.safeParse({ ...empty, ...value });
  if (!parsed.success) return null;
  const row = parsed.data;
  return {
    id: row.id,
    machineId: row.machine_id,
    hostId: row.host_id,
    gpuName: row.gpu_name,
    gpuCount: row.num_gpus,
    gpuRamMb: row.gpu_ram,
    gpuShare: row.gpu_frac,
    cpuCoresEffective: row.cpu_cores_effective,
    cpuRamMb: row.cpu_ram,
    diskAvailableGb: row.disk_space,
    diskMbPerSecond: row.disk_bw,
    uploadMbitPerSecond: row.inet_up,
    downloadMbitPerSecond: row.inet_down,
    uploadUsdPerGb: perGb(row.inet_up_cost, row.internet_up_cost_per_tb),
    downloadUsdPerGb: perGb(row.inet_down_cost, row.internet_down_cost_per_tb),
    storageUsdPerGbMonth: row.storage_cost,
    gpuRatePerHourUsd: row.dph_base,
    minBidPerHourUsd: row.min_bid,
    reliability: row.reliability ?? row.reliability2,
    isVerified: row.verification === null ? row.verified : row.verification.toLowerCase() === 'verified',
    geolocation: row.geolocation,
    countryCode: /(?:^|[\s,])([A-Z]{2})$/.exec(row.geolocation ?? '')?.[1] ?? null,
    directPortCount: row.direct_port_count,
    isDatacenter: row.hosting_type === null ? null : row.hosting_type === 1,
    cudaMaxVersion: row.cuda_max_good,
    driverVersion: row.driver_version,
    hoursLeft: row.duration === null ? null : row.duration / 3600,
    endsAt: row.end_date,
    isRentable: isRentable(row.rentable, row.rented),
    performanceScore: row.dlperf,
  };
}
