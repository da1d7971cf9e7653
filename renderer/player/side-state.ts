import type { ClipStore } from './clip-store.ts';
import { slotSeconds } from './frame-table.ts';
import type { SideMark, SideState } from './state.ts';

/**
 * What there is to say of one side. `slot` is null before the clips are matched and -1 where the side has
 * no frame; `isPainted` is what the drawing reported.
 */
export function describeSide(
  store: ClipStore,
  slot: number | null,
  isPainted: boolean,
  isHiddenByMode: boolean,
): SideState {
  const { facts } = store;
  const at = slot === null || slot < 0 ? null : slot;
  let missingCount = 0;
  let damagedCount = 0;
  let openCount = 0;
  for (const [place, state] of store.states.entries()) {
    if (state === 'missing') missingCount += 1;
    else if (state === 'damaged') damagedCount += 1;
    else if (state === 'empty' && place >= store.kept.first && place <= store.kept.last) openCount += 1;
  }
  return {
    phase: store.phase,
    frame: at,
    sourceFrame: at === null ? null : at + (store.source.trimStartFrame ?? 0),
    timeSeconds: at === null || facts === null ? null : slotSeconds(facts.table, at),
    slotState: at === null ? null : store.stateOf(at),
    isPainted,
    mark: isPainted || isHiddenByMode ? null : markOf(store, slot),
    decodedCount: store.readyCount,
    openCount,
    frameCount: facts?.table.ticks.length ?? null,
    missingCount,
    damagedCount,
    facts,
    storeVersion: store.version,
  };
}

function markOf(store: ClipStore, slot: number | null): SideMark {
  if (store.phase === 'failed' && store.fault !== null) return { kind: 'failed', fault: store.fault };
  if (store.phase === 'reading' || slot === null)
    return { kind: 'reading', loadedBytes: store.loadedBytes, totalBytes: store.totalBytes };
  if (slot < 0) return { kind: 'no_match' };
  const state = store.stateOf(slot);
  switch (state) {
    case 'empty':
      return { kind: 'not_decoded' };
    case 'ready':
      return { kind: 'surface_lost' };
    case 'missing':
    case 'damaged':
      return { kind: 'no_picture', state, reason: store.reasonOf(slot) ?? 'not_decodable' };
    default:
      return state satisfies never;
  }
}
