import { create } from 'zustand';
import type { TriageKind } from '#shared/rules/triage.ts';

type View = {
  /** Null: every reason. */
  readonly kind: TriageKind | null;
  readonly selectedKey: string | null;
};

/** What is chosen on the screen, kept while a clip is looked at. */
export const useReviewView = create<View>()(() => ({ kind: null, selectedKey: null }));

export function setReviewView(change: Partial<View>): void {
  useReviewView.setState(change);
}
