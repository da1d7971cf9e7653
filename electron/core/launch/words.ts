/** Dollars as people read them: cents, and more digits for less than one. */
export function usd(amount: number | null): string {
  if (amount === null) return 'unknown';
  if (amount !== 0 && Math.abs(amount) < 0.01) return `$${amount.toFixed(4)}`;
  return `$${amount.toFixed(2)}`;
}

/** GPU and count as the provider and people write them: "2x RTX 4090". */
export const gpuWords = (offer: { readonly gpuName: string | null; readonly gpuCount: number | null }): string =>
  `${offer.gpuCount ?? '?'}x ${offer.gpuName ?? 'unknown GPU'}`;
