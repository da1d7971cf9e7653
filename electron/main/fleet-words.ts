import type { FleetItem, FleetView } from '#shared/model/fleet.ts';

/** The fleet as the shell last knew it; `unknown`: it could not be read, and why; `none`: no key, nothing to read. */
export type FleetSight =
  | { readonly kind: 'read'; readonly view: FleetView }
  | { readonly kind: 'unknown'; readonly because: string }
  | { readonly kind: 'none'; readonly because: string };

const money = (usd: number): string => `$${usd.toFixed(2)}`;

/** `14:11`, UTC. */
const clockOf = (iso: string): string => iso.slice(11, 16);

export function rateWords(ratePerHourUsd: number | null): string {
  return ratePerHourUsd === null ? 'rate unknown' : `${money(ratePerHourUsd)}/h`;
}

export function nameOf(item: FleetItem): string {
  return item.label === null || item.label === '' ? item.id : item.label;
}

/** Machines that are billed now, or of which that is not known; dearest first, unknown before all. */
export function billedItems(view: FleetView): FleetItem[] {
  const rate = (item: FleetItem): number => item.burnRatePerHourUsd ?? Infinity;
  return view.items.filter((item) => rate(item) > 0).toSorted((a, b) => rate(b) - rate(a));
}

/** What stands in the menu bar: the burn rate, with its age once it is not current. */
export function titleOf(sight: FleetSight): string {
  if (sight.kind === 'none') return '';
  if (sight.kind === 'unknown') return 'rate unknown';
  const { view } = sight;
  const age = view.stale ? ` at ${clockOf(view.observedAt)}` : '';
  const source = view.source === 'simulated' ? ' simulated' : '';
  return `${rateWords(view.burnRatePerHourUsd)}${age}${source}`;
}

/** The same as a sentence. */
export function sentenceOf(sight: FleetSight): string {
  if (sight.kind !== 'read') return sight.because;
  const { view } = sight;
  const count = billedItems(view).length;
  const what =
    count === 0
      ? 'No machine costs money'
      : `${count === 1 ? '1 machine costs' : `${count} machines cost`} money: ${rateWords(view.burnRatePerHourUsd)}`;
  const stale = view.stale ? `, last known at ${clockOf(view.observedAt)} UTC` : '';
  return `${what}${stale}${view.source === 'simulated' ? ' (simulated: nothing is billed)' : ''}`;
}

/** One machine in a line: `kitchen-prepass: $2.15/h, running`. */
export function lineOf(item: FleetItem): string {
  const idle = item.phase === 'running' && item.gpuUtilPercent === 0 ? ', GPU 0 %' : '';
  return `${nameOf(item)}: ${rateWords(item.burnRatePerHourUsd)}, ${item.phase}${idle}`;
}

/** Of ours and of nobody’s: what runs, or may run and bill by itself, once the room is closed. */
export function runningItems(view: FleetView): FleetItem[] {
  const isDown = (item: FleetItem): boolean => item.phase === 'stopped' || item.phase === 'destroying';
  return view.items.filter((item) => item.goneAt === null && item.ownership !== 'known' && !isDown(item));
}

function minutes(seconds: number): string {
  return seconds < 60 ? 'less than a minute' : `about ${Math.round(seconds / 60)} min`;
}

/** What goes on watching a machine while the room is closed: its own lease, or nothing. */
export function guardWords({ guard }: FleetItem): string {
  const { lease } = guard;
  if (lease.state !== 'armed')
    return lease.state === 'unknown'
      ? 'whether its lease would stop it is not known'
      : 'nothing stops it while the room is closed';
  const left = [lease.leaseLeftSeconds, lease.maxLeftSeconds].filter((it) => it !== null);
  return left.length === 0
    ? 'its lease stops it once it has run out'
    : `its lease stops it in ${minutes(Math.min(...left))}`;
}
