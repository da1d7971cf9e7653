import { z } from 'zod';

/** What was charged for one machine in a range of time. */
export type ChargeSum = {
  readonly instanceId: string;
  readonly totalUsd: number;
  readonly gpuUsd: number;
  /** The end of the newest charge, epoch milliseconds of the provider's clock. */
  readonly untilMs: number;
};

const rowSchema = z.object({
  source: z.string().transform((value) => /^instance-([0-9]{1,19})$/.exec(value)?.[1] ?? null),
  end: z.number(),
  amount: z.number(),
  items: z.array(z.object({ type: z.string(), amount: z.number() })).catch([]),
});

/** Adds up rows of charges; what is not about a machine is let go. */
export function createChargeSums(): { add(row: unknown): void; result(): ChargeSum[] } {
  const sums = new Map<string, ChargeSum>();
  return {
    add(value) {
      const row = rowSchema.safeParse(value).data;
      if (row === undefined || row.source === null) return;
      const before = sums.get(row.source) ?? { instanceId: row.source, totalUsd: 0, gpuUsd: 0, untilMs: 0 };
      const gpuUsd = row.items.filter((item) => item.type === 'gpu').reduce((sum, item) => sum + item.amount, 0);
      sums.set(row.source, {
        ...before,
        totalUsd: before.totalUsd + row.amount,
        gpuUsd: before.gpuUsd + gpuUsd,
        untilMs: Math.max(before.untilMs, row.end * 1000),
      });
    },
    result: () => [...sums.values()],
  };
}
