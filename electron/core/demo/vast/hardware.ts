/** What a host offers: the part of an offer that stays with the machine rented from it. RAM in MB, disk in GB, lines in Mb/s. */
export type Hardware = {
  readonly machineId: number;
  readonly hostId: number;
  readonly gpuName: string;
  readonly gpuCount: number;
  readonly gpuFraction: number;
  readonly gpuRamMb: number;
  readonly computeCapability: number;
  readonly cpuCores: number;
  readonly cpuRamMb: number;
  readonly diskGb: number;
  readonly diskMbPerSecond: number;
  readonly uploadMbit: number;
  readonly downloadMbit: number;
  readonly uploadUsdPerGb: number;
  readonly downloadUsdPerGb: number;
  readonly gpuPerHourUsd: number;
  readonly minBidPerHourUsd: number;
  /** For a GB and a month of 720 hours. */
  readonly storagePerGbMonthUsd: number;
  readonly reliability: number;
  readonly verification: 'verified' | 'unverified' | 'deverified';
  readonly geolocation: string;
  readonly directPortCount: number;
  readonly isDatacenter: boolean;
  readonly cudaMaxGood: number;
  readonly driverVersion: string;
  readonly dlperf: number;
  /** How long it can be rented, counted from now. */
  readonly maxDurationSeconds: number;
};

export type Offer = { readonly id: number; readonly hardware: Hardware; readonly rentedBy: number | null };

type Model = readonly [gpuName: string, ramMb: number, computeCapability: number, perHourUsd: number, dlperf: number];

const models: readonly Model[] = [
  ['RTX 4090', 24_564, 890, 0.36, 92],
  ['H100 SXM', 81_559, 900, 2.14, 310],
  ['A100 SXM4', 81_920, 800, 1.12, 165],
  ['L40S', 46_068, 890, 0.72, 118],
  ['RTX 5090', 32_607, 1200, 0.58, 131],
  ['RTX A6000', 49_140, 860, 0.44, 66],
];
const places = ['Sweden, SE', 'Texas, US', 'Quebec, CA', 'Czechia, CZ', ', US', 'Japan, JP'] as const;

/** The hardware of one number: the same number gives the same machine every time. */
export function hardwareOf(number: number, change: Partial<Hardware> = {}): Hardware {
  const [gpuName, gpuRamMb, computeCapability, perHourUsd, dlperf] = models[number % models.length]!;
  const gpuCount = [1, 1, 2, 4, 1, 8][Math.floor(number / models.length) % 6]!;
  const spread = 1 + ((number * 37) % 23) / 100;
  const gpuPerHourUsd = Math.round(perHourUsd * gpuCount * spread * 1e4) / 1e4;
  return {
    machineId: 21_000 + number * 7,
    hostId: 61_000 + (number % 9) * 11,
    gpuName,
    gpuCount,
    gpuFraction: gpuCount >= 4 ? 1 : gpuCount / 4,
    gpuRamMb,
    computeCapability,
    cpuCores: 64,
    cpuRamMb: 257_842,
    diskGb: 400 + ((number * 113) % 1800),
    diskMbPerSecond: 1200 + ((number * 211) % 4000),
    uploadMbit: 300 + ((number * 97) % 4000),
    downloadMbit: 500 + ((number * 131) % 6000),
    uploadUsdPerGb: number % 4 === 0 ? 0.02 : 0.0029,
    downloadUsdPerGb: number % 4 === 0 ? 0.01 : 0.0029,
    gpuPerHourUsd,
    minBidPerHourUsd: Math.round(gpuPerHourUsd * 0.55 * 1e4) / 1e4,
    storagePerGbMonthUsd: 0.1 + (number % 5) * 0.03,
    reliability: 0.99 - (number % 7) * 0.012,
    verification: number % 5 === 4 ? 'unverified' : 'verified',
    geolocation: places[number % places.length]!,
    directPortCount: number % 6 === 5 ? 0 : 199,
    isDatacenter: number % 3 === 1,
    cudaMaxGood: 12.8,
    driverVersion: '570.86.15',
    dlperf: dlperf * gpuCount,
    maxDurationSeconds: (3 + (number % 12)) * 86_400 * 7,
    ...change,
  };
}

/** What is on the market at the beginning. */
export function createOffers(): Offer[] {
  return Array.from({ length: 36 }, (_, number) => ({
    id: 7_410_000 + number * 13,
    hardware: hardwareOf(number),
    rentedBy: null,
  }));
}
