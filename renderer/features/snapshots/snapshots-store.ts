import { create } from 'zustand';

export type SnapshotSheet =
  | { readonly kind: 'accept' | 'restore' | 'repair'; readonly snapshotId: string }
  | { readonly kind: 'retention'; readonly instanceId: string };

export const spans = {
  '1 h': 3_600_000,
  '3 h': 10_800_000,
  '24 h': 86_400_000,
  '7 d': 604_800_000,
} as const;
export type Span = keyof typeof spans;

type View = {
  readonly selectedId: string | null;
  readonly span: Span;
  readonly sheet: SnapshotSheet | null;
};

/** What is chosen on the screen, kept while another one is looked at. */
export const useSnapshotView = create<View>()(() => ({
  selectedId: null,
  span: '24 h',
  sheet: null,
}));

export function setSnapshotView(change: Partial<View>): void {
  useSnapshotView.setState(change);
}

export function closeSnapshotSheet(): void {
  useSnapshotView.setState({ sheet: null });
}
