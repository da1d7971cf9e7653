import { create } from 'zustand';
import type { MethodInput, MethodOutput } from '#shared/contract/index.ts';
import type { RoomError } from '#shared/errors.ts';
import type { LaunchPlan } from '#shared/model/launch.ts';
import type { PresetView } from '#shared/model/launch-preset.ts';
import type { OfferId } from '#shared/model/offer.ts';
import type { RoomCall } from '../../client/create-client.ts';
import { draftOf, type FilterDraft, type SearchInput } from './filters.ts';

export type OfferSort = 'gpu' | 'price' | 'reliability' | 'download' | 'place' | 'left';

/** What may be changed of a plan before it is made again; texts as they were written. */
export type PlanOptions = { readonly maxRunHours: string; readonly capUsd: string; readonly bidPerHourUsd: string };

type LaunchStore = {
  readonly preset: PresetView | null;
  readonly draft: FilterDraft | null;
  /** The newest search that came back, with what it asked for. */
  readonly found: { readonly input: SearchInput; readonly value: MethodOutput<'offers.search'> } | null;
  readonly searchError: RoomError | null;
  readonly isSearching: boolean;
  /** When this page searched within the last minute. */
  readonly searchedAtMs: readonly number[];
  readonly sort: OfferSort;
  readonly isDescending: boolean;
  readonly offerId: OfferId | null;
  readonly options: PlanOptions;
  readonly plan: LaunchPlan | null;
  readonly planError: RoomError | null;
  readonly isPlanning: boolean;
  /** Why a gate is launched over, by the gate. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly isConfirming: boolean;
  readonly startError: RoomError | null;
  readonly jobId: string | null;
};

const noOptions: PlanOptions = { maxRunHours: '', capUsd: '', bidPerHourUsd: '' };
const noPlan = {
  plan: null,
  planError: null,
  isPlanning: false,
  reasons: {},
  isConfirming: false,
  startError: null,
} as const;

const nothing: LaunchStore = {
  preset: null,
  draft: null,
  found: null,
  searchError: null,
  isSearching: false,
  searchedAtMs: [],
  sort: 'price',
  isDescending: false,
  offerId: null,
  options: noOptions,
  ...noPlan,
  jobId: null,
};

/** Where a person is on the way to a machine; it stays while other screens are looked at. */
export const useLaunch = create<LaunchStore>()(() => nothing);

export function choosePreset(preset: PresetView): void {
  useLaunch.setState({
    ...noPlan,
    preset,
    draft: draftOf(preset),
    offerId: null,
    options: { maxRunHours: String(preset.maxRunHours), capUsd: String(preset.capUsd), bidPerHourUsd: '' },
  });
}

export function changeDraft(change: Partial<FilterDraft>): void {
  useLaunch.setState(({ draft }) => (draft === null ? {} : { draft: { ...draft, ...change } }));
}

export function sortBy(sort: OfferSort): void {
  const { sort: before, isDescending } = useLaunch.getState();
  const startsDescending = sort === 'reliability' || sort === 'download' || sort === 'left';
  useLaunch.setState({ sort, isDescending: sort === before ? !isDescending : startsDescending });
}

/** Another workspace has other presets, plans and machines. */
export function forgetLaunch(): void {
  useLaunch.setState(nothing);
}

const minuteMs = 60_000;
/** As the provider counts them; a plan reads its offer by a search, too. */
const searchesPerMinute = 10;

/** Milliseconds until the next search would be taken; 0 now. */
export function searchWaitMs(searchedAtMs: readonly number[], nowMs: number): number {
  const recent = searchedAtMs.filter((atMs) => nowMs - atMs < minuteMs);
  const blocking = recent.at(-searchesPerMinute);
  return blocking === undefined ? 0 : Math.max(0, blocking + minuteMs - nowMs);
}

function countSearch(): void {
  const nowMs = Date.now();
  useLaunch.setState(({ searchedAtMs }) => ({
    searchedAtMs: [...searchedAtMs.filter((atMs) => nowMs - atMs < minuteMs), nowMs],
  }));
}

/** Asks the market. What was found before stays until the answer is there, and also when it does not come. */
export async function search(call: RoomCall, input: SearchInput): Promise<void> {
  if (useLaunch.getState().isSearching) return;
  countSearch();
  useLaunch.setState({ isSearching: true });
  try {
    const value = await call('offers.search', input);
    const { offerId } = useLaunch.getState();
    const isStillThere = value.items.some((it) => it.id === offerId);
    useLaunch.setState({
      found: { input, value },
      searchError: null,
      ...(isStillThere ? {} : { ...noPlan, offerId: null }),
    });
  } catch (thrown) {
    useLaunch.setState({ searchError: thrown as RoomError });
  } finally {
    useLaunch.setState({ isSearching: false });
  }
}

/** Chooses an offer; a plan of another one is put away. */
export function chooseOffer(offerId: OfferId): void {
  if (useLaunch.getState().offerId !== offerId) useLaunch.setState({ ...noPlan, offerId });
}

export function changeOptions(change: Partial<PlanOptions>): void {
  useLaunch.setState(({ options }) => ({ options: { ...options, ...change } }));
}

const positive = (text: string): number | undefined => {
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) && value > 0 ? value : undefined;
};

/** Plans the chosen offer with the options as they are written now. */
export async function plan(call: RoomCall): Promise<void> {
  const { preset, offerId, options, found, isPlanning } = useLaunch.getState();
  if (preset === null || offerId === null || found === null || isPlanning) return;
  const offer = found.value.items.find((it) => it.id === offerId);
  const maxRunHours = positive(options.maxRunHours);
  const isBid = found.input.kind === 'interruptible';
  const bid = isBid ? (positive(options.bidPerHourUsd) ?? offer?.minBidPerHourUsd ?? undefined) : undefined;
  const capUsd = options.capUsd.trim() === '' ? 0 : Number(options.capUsd);
  const input: MethodInput<'launch.plan'> = {
    presetId: preset.id,
    offerId,
    ...(found.input.diskGb === undefined ? {} : { diskGb: found.input.diskGb }),
    ...(maxRunHours === undefined ? {} : { maxRunHours }),
    ...(bid === undefined ? {} : { bidPerHourUsd: bid }),
    ...(Number.isFinite(capUsd) ? { capUsd } : {}),
  };
  countSearch();
  useLaunch.setState({ ...noPlan, isPlanning: true, jobId: null });
  const isCurrent = (): boolean => useLaunch.getState().offerId === offerId;
  try {
    const made = await call('launch.plan', input);
    if (isCurrent()) useLaunch.setState({ plan: made, isPlanning: false });
  } catch (thrown) {
    if (isCurrent()) useLaunch.setState({ planError: thrown as RoomError, isPlanning: false });
  }
}

export function giveReason(gate: string, because: string): void {
  useLaunch.setState(({ reasons }) => ({ reasons: { ...reasons, [gate]: because } }));
}

export function setConfirming(isConfirming: boolean): void {
  useLaunch.setState({ isConfirming, startError: null });
}

/** Starts the job that rents the machine of the plan. */
export async function rent(call: RoomCall, confirm: string): Promise<void> {
  const { plan: made, reasons } = useLaunch.getState();
  if (made === null) return;
  const overrides = made.gates
    .filter((gate) => gate.state === 'failed' && gate.canOverride)
    .map((gate) => ({ gate: gate.id, because: reasons[gate.id] ?? '' }));
  try {
    const { jobId } = await call('launch.apply', { planId: made.id, confirm, overrides });
    useLaunch.setState({ jobId, isConfirming: false, startError: null });
  } catch (thrown) {
    useLaunch.setState({ startError: thrown as RoomError });
  }
}

/** Goes on after a job: to the plan of the same offer, or to the offers. */
export function followLaunch(jobId: string | null): void {
  useLaunch.setState({ ...noPlan, jobId });
}
