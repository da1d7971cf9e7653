import type { LaunchPlan } from '#shared/model/launch.ts';
import type { PricedOffer } from '#shared/model/offer.ts';
import { formatDuration } from '../../ui/format.ts';

/** Dollars with as many digits as tell: cents, and four below one cent. */
export function formatUsd(usd: number): string {
  return `$${usd.toFixed(usd !== 0 && usd < 0.01 ? 4 : 2)}`;
}

/** `2× H100 SXM`. */
export function gpuWords(offer: Pick<PricedOffer, 'gpuName' | 'gpuCount'>): string {
  return `${offer.gpuCount ?? '?'}× ${offer.gpuName ?? 'unknown GPU'}`;
}

export function hoursWords(hours: number): string {
  return formatDuration(hours * 3600);
}

/** The gates that hold a plan, given the reasons that a person wrote: those without one, and those that take none. */
export function holdingGates(
  plan: Pick<LaunchPlan, 'gates'>,
  reasons: Readonly<Record<string, string>>,
): LaunchPlan['gates'] {
  return plan.gates.filter(
    (gate) => gate.state === 'failed' && !(gate.canOverride && (reasons[gate.id] ?? '').trim().length >= 3),
  );
}

/** What is typed to confirm is compared as the engine does it. */
export function isTyped(typed: string, wanted: string): boolean {
  const plain = (text: string): string => text.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  return plain(typed) === plain(wanted);
}
