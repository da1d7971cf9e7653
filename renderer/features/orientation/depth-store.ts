import { create } from 'zustand';

/** The run whose depth the sheet shows, and the clip in it; null while it is closed. */
type DepthStore = { readonly open: { readonly runId: string; readonly clipId: string | null } | null };

export const useDepthSheet = create<DepthStore>()(() => ({ open: null }));

export function openDepth(runId: string, clipId: string | null): void {
  useDepthSheet.setState({ open: { runId, clipId } });
}

export function closeDepth(): void {
  useDepthSheet.setState({ open: null });
}
