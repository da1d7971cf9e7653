import { z } from 'zod';
import { isoTimeSchema } from './ids.ts';

/** The number of an offer at the provider: digits, always as text. It is gone once it is rented or withdrawn. */
export const offerIdSchema = z.string().regex(/^[0-9]{1,19}$/, 'an offer id is digits');
export type OfferId = z.infer<typeof offerIdSchema>;

/** `interruptible`: rented at a bid, and stopped whenever somebody pays more. */
export const rentalKindSchema = z.enum(['on_demand', 'interruptible']);
export type RentalKind = z.infer<typeof rentalKindSchema>;

/**
 * One offer of the market as the provider tells of it, parsed once at the edge: units in names, sentinels and
 * nulls as null.
 */
export const offerSchema = z.object({
  id: offerIdSchema,
  machineId: z.string().nullable(),
  hostId: z.string().nullable(),
  gpuName: z.string().nullable(),
  gpuCount: z.number().nullable(),
  /** Of one GPU. */
  gpuRamMb: z.number().nullable(),
  /** The part of the machine's GPUs that this offer is, 0 to 1. */
  gpuShare: z.number().nullable(),
  cpuCoresEffective: z.number().nullable(),
  cpuRamMb: z.number().nullable(),
  /** The most that can be had. */
  diskAvailableGb: z.number().nullable(),
  diskMbPerSecond: z.number().nullable(),
  uploadMbitPerSecond: z.number().nullable(),
  downloadMbitPerSecond: z.number().nullable(),
  uploadUsdPerGb: z.number().nullable(),
  downloadUsdPerGb: z.number().nullable(),
  /** For a GB and a month of 720 hours. */
  storageUsdPerGbMonth: z.number().nullable(),
  /** The GPU part on demand, or the lowest bid that wins in a search for interruptible machines; dollars an hour. */
  gpuRatePerHourUsd: z.number().nullable(),
  minBidPerHourUsd: z.number().nullable(),
  /** 0 to 1. */
  reliability: z.number().nullable(),
  isVerified: z.boolean().nullable(),
  geolocation: z.string().nullable(),
  /** Two letters. */
  countryCode: z.string().nullable(),
  directPortCount: z.number().nullable(),
  isDatacenter: z.boolean().nullable(),
  cudaMaxVersion: z.number().nullable(),
  driverVersion: z.string().nullable(),
  /** How long it can be rented from now. */
  hoursLeft: z.number().nullable(),
  endsAt: isoTimeSchema.nullable(),
  /** False once somebody has it; null when not told. */
  isRentable: z.boolean().nullable(),
  performanceScore: z.number().nullable(),
});
export type Offer = z.infer<typeof offerSchema>;

/** What an offer costs with a disk of this size; each part null when it is not known, and the sum with it. */
export const offerPriceSchema = z.object({
  diskGb: z.number(),
  gpuPerHourUsd: z.number().nullable(),
  storagePerHourUsd: z.number().nullable(),
  totalPerHourUsd: z.number().nullable(),
  totalPerDayUsd: z.number().nullable(),
  /** What leaves the machine, dollars for a GB: our own pulls. */
  uploadUsdPerGb: z.number().nullable(),
  downloadUsdPerGb: z.number().nullable(),
});
export type OfferPrice = z.infer<typeof offerPriceSchema>;

export const pricedOfferSchema = offerSchema.extend({ kind: rentalKindSchema, price: offerPriceSchema });
export type PricedOffer = z.infer<typeof pricedOfferSchema>;

/** What a search asks for; what is left out is not asked for. */
export const offerFiltersSchema = z.strictObject({
  /** Exactly as the provider spells them, any of them: "RTX 4090". */
  gpuNames: z.array(z.string().min(1).max(60)).max(30).optional(),
  gpuCount: z.number().int().min(1).max(64).optional(),
  /** Of one GPU. */
  minGpuRamGb: z.number().positive().max(10_000).optional(),
  /** GPU and storage of the asked disk together. */
  maxPricePerHourUsd: z.number().positive().max(100_000).optional(),
  /** 0 to 1. */
  minReliability: z.number().min(0).max(1).optional(),
  /** Two letters each, any of them. */
  countries: z
    .array(z.string().regex(/^[A-Za-z]{2}$/, 'a country is two letters'))
    .max(60)
    .optional(),
  minDownloadMbitPerSecond: z.number().positive().max(1_000_000).optional(),
  minDurationHours: z.number().positive().max(100_000).optional(),
  /** Hosts that the provider has verified. */
  verifiedOnly: z.boolean().optional(),
  kind: rentalKindSchema.optional(),
});
export type OfferFilters = z.infer<typeof offerFiltersSchema>;
