import { expect, test } from 'vitest';
import type { Offer } from '../model/offer.ts';
import { priceMoves, priceOffer } from './offer-price.ts';

const offer = {
  gpuRatePerHourUsd: 2.4,
  storageUsdPerGbMonth: 0.14933,
  uploadUsdPerGb: 0.02,
  downloadUsdPerGb: 0,
} as Offer;

test('storage is priced for a month of 720 hours', () => {
  const price = priceOffer(offer, 10);
  expect(price.storagePerHourUsd).toBeCloseTo(0.0020741);
  expect(price.totalPerHourUsd).toBeCloseTo(2.4020741);
  expect(price.totalPerDayUsd).toBeCloseTo(2.4020741 * 24);
});

test('a bid takes the place of the GPU’s price', () => {
  expect(priceOffer(offer, 10, 1.1)).toMatchObject({ gpuPerHourUsd: 1.1 });
});

test('a part that is not known makes the sum unknown, never smaller', () => {
  const price = priceOffer({ ...offer, storageUsdPerGbMonth: null }, 10);
  expect(price).toMatchObject({ gpuPerHourUsd: 2.4, totalPerHourUsd: null, totalPerDayUsd: null });
});

test('a move is told with both prices; rounding is none; unknown is one', () => {
  const before = priceOffer(offer, 10);
  expect(priceMoves(before, { ...before, gpuPerHourUsd: 2.4 + 5e-7 })).toEqual([]);
  expect(priceMoves(before, { ...before, gpuPerHourUsd: 2.3, uploadUsdPerGb: null })).toEqual([
    { part: 'GPU, dollars an hour', before: 2.4, after: 2.3 },
    { part: 'upload, dollars for a GB', before: 0.02, after: null },
  ]);
});
