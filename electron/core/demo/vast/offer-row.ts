import { type Columns, readFilters } from './filters.ts';
import type { Offer } from './hardware.ts';
import { refuse } from './answer.ts';
import { shownSeconds } from './instance-row.ts';
import type { World } from './world.ts';

export type OfferType = 'on-demand' | 'bid' | 'reserved';

/** An offer as a search shows it, with storage of `allocatedGb` in its total. */
export function offerRow(world: World, offer: Offer, type: OfferType, allocatedGb: number): Columns {
  const { hardware } = offer;
  const factor = world.faults.get('price_moved')?.factor ?? 1;
  const baseUsd = factor * (type === 'bid' ? hardware.minBidPerHourUsd : hardware.gpuPerHourUsd);
  const totalUsd = baseUsd + (hardware.storagePerGbMonthUsd * allocatedGb) / 720;
  return {
    id: offer.id,
    ask_contract_id: offer.id,
    bundle_id: hardware.machineId * 10 + 1,
    machine_id: hardware.machineId,
    host_id: hardware.hostId,
    gpu_name: hardware.gpuName,
    num_gpus: hardware.gpuCount,
    gpu_ram: hardware.gpuRamMb,
    gpu_total_ram: hardware.gpuRamMb * hardware.gpuCount,
    gpu_frac: hardware.gpuFraction,
    gpu_arch: 'nvidia',
    gpu_display_active: false,
    compute_cap: hardware.computeCapability,
    cpu_arch: 'amd64',
    cpu_name: 'AMD EPYC 7763 64-Core Processor',
    cpu_cores: hardware.cpuCores,
    cpu_cores_effective: hardware.cpuCores * hardware.gpuFraction,
    cpu_ram: hardware.cpuRamMb,
    disk_space: hardware.diskGb,
    disk_bw: hardware.diskMbPerSecond,
    inet_up: hardware.uploadMbit,
    inet_down: hardware.downloadMbit,
    inet_up_cost: hardware.uploadUsdPerGb,
    inet_down_cost: hardware.downloadUsdPerGb,
    internet_up_cost_per_tb: hardware.uploadUsdPerGb * 1000,
    internet_down_cost_per_tb: hardware.downloadUsdPerGb * 1000,
    storage_cost: hardware.storagePerGbMonthUsd,
    dph_base: baseUsd,
    dph_total: totalUsd,
    discounted_dph_total: totalUsd,
    min_bid: hardware.minBidPerHourUsd,
    reliability: hardware.reliability,
    reliability2: hardware.reliability,
    verification: hardware.verification,
    verified: hardware.verification === 'verified',
    external: false,
    geolocation: hardware.geolocation,
    geolocation_code: hardware.geolocation.slice(-2),
    direct_port_count: hardware.directPortCount,
    static_ip: hardware.isDatacenter,
    hosting_type: hardware.isDatacenter ? 1 : 0,
    datacenter: hardware.isDatacenter,
    cuda_max_good: hardware.cudaMaxGood,
    driver_version: hardware.driverVersion,
    driver_vers: driverNumber(hardware.driverVersion),
    duration: hardware.maxDurationSeconds,
    end_date: shownSeconds(world, world.atMs) + hardware.maxDurationSeconds,
    rentable: offer.rentedBy === null,
    rented: offer.rentedBy !== null,
    is_bid: type === 'bid',
    score: hardware.dlperf / hardware.gpuPerHourUsd,
    dlperf: hardware.dlperf,
    dlperf_per_dphtotal: hardware.dlperf / totalUsd,
    flops_per_dphtotal: (hardware.dlperf * 0.9) / totalUsd,
    total_flops: hardware.dlperf * 0.9,
    pci_gen: 4,
    pcie_bw: 24.6,
    os_version: '22.04',
    mobo_name: 'ROME2D32GM-2T',
    vms_enabled: false,
    has_avx: 1,
  };
}

/** `535.86.05` is sent as 535086005. */
function driverNumber(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return major * 1_000_000 + minor * 1000 + patch;
}

type Order = readonly (readonly [string, 'asc' | 'desc'])[];

/** Two columns are shown in one spelling and asked for in another: a driver as a number, a place by its country. */
function renamed(filters: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isLike = (conditions: unknown, pattern: RegExp): boolean =>
    conditions !== null &&
    typeof conditions === 'object' &&
    Object.values(conditions)
      .flat()
      .every((each) => pattern.test(String(each)));
  return Object.fromEntries(
    Object.entries(filters).map(([name, conditions]) => {
      if (name === 'driver_version' && isLike(conditions, /^\d+$/)) return ['driver_vers', conditions];
      if (name === 'geolocation' && isLike(conditions, /^[A-Z]{2}$/)) return ['geolocation_code', conditions];
      return [name, conditions];
    }),
  );
}

/** What a search finds. @throws a refusal 400 `invalid_args` for an unknown field or operator. */
export function searchOffers(
  world: World,
  query: {
    readonly filters: Readonly<Record<string, unknown>>;
    readonly order: Order;
    readonly type: OfferType;
    readonly limit: number | null;
    readonly allocatedGb: number;
  },
): Columns[] {
  const rows = [...world.offers.values()].map((offer) => offerRow(world, offer, query.type, query.allocatedGb));
  const known = new Set(Object.keys(rows[0] ?? {}));
  const filters = renamed(query.filters);
  const test = readFilters(filters, known);
  const unknown = query.order.find(([field]) => !known.has(field));
  if (unknown !== undefined) throw refuse(400, 'invalid_args', `error 400/1412: cannot order by ${unknown[0]}`);
  const found = rows.filter(test).sort((a, b) => {
    for (const [field, direction] of query.order) {
      const left = a[field] ?? '';
      const right = b[field] ?? '';
      if (left !== right) return (left < right ? -1 : 1) * (direction === 'asc' ? 1 : -1);
    }
    return Number(a['id']) - Number(b['id']);
  });
  return query.limit === null ? found : found.slice(0, query.limit);
}
