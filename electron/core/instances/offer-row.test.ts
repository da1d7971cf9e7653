import { expect, test } from 'vitest';
import { parseOfferRow } from './offer-row.ts';

test('units and sentinels: text that is a number, -1, dollars per TB, seconds, a place without a name', () => {
  expect(
    parseOfferRow({
      id: 12,
      gpu_name: ' H100 SXM ',
      num_gpus: '2',
      gpu_ram: 81_559,
      disk_bw: -1,
      internet_up_cost_per_tb: 20,
      inet_down_cost: 0.01,
      storage_cost: 0.15,
      dph_base: 2.4,
      verification: 'Verified',
      geolocation: ', US',
      hosting_type: 1,
      cuda_max_good: '12.8',
      duration: 7200,
      end_date: 1_800_000_000.5,
      rentable: true,
    }),
  ).toMatchObject({
    id: '12',
    gpuName: 'H100 SXM',
    gpuCount: 2,
    gpuRamMb: 81_559,
    diskMbPerSecond: null,
    uploadUsdPerGb: 0.02,
    downloadUsdPerGb: 0.01,
    storageUsdPerGbMonth: 0.15,
    isVerified: true,
    geolocation: 'US',
    countryCode: 'US',
    isDatacenter: true,
    cudaMaxVersion: 12.8,
    hoursLeft: 2,
    endsAt: '2027-01-15T08:00:00.500Z',
    isRentable: true,
    reliability: null,
  });
});

test('what the row does not say is null, and taken is taken', () => {
  const bare = parseOfferRow({ id: '7' })!;
  expect(Object.entries(bare).filter(([name, value]) => name !== 'id' && value !== null)).toEqual([]);
  expect(parseOfferRow({ id: 7, rentable: true, rented: true })?.isRentable).toBe(false);
});

test.each([null, 'text', {}, { id: -1 }, { id: 'x' }])('%j is no offer', (row) =>
  expect(parseOfferRow(row)).toBeNull(),
);
