import { create } from 'zustand';
import type { StateShape } from './state-mark.tsx';

export type Toast = {
  readonly id: number;
  readonly shape: StateShape;
  readonly title: string;
  readonly text: string | null;
  readonly action: { readonly label: string; readonly run: () => void } | null;
};

type ToastStore = { readonly toasts: readonly Toast[]; readonly dismiss: (id: number) => void };

export const useToasts = create<ToastStore>()((set) => ({
  toasts: [],
  dismiss: (id) => set((state) => ({ toasts: state.toasts.filter((toast) => toast.id !== id) })),
}));

let nextId = 1;
const mostAtOnce = 4;
const stayMs = 6_000;

/** A short word about what just happened. A failure stays until it is dismissed. */
export function showToast(toast: {
  readonly shape: StateShape;
  readonly title: string;
  readonly text?: string | null;
  readonly action?: Toast['action'];
}): void {
  const id = nextId;
  nextId += 1;
  const shown: Toast = {
    id,
    shape: toast.shape,
    title: toast.title,
    text: toast.text ?? null,
    action: toast.action ?? null,
  };
  useToasts.setState((state) => ({ toasts: [...state.toasts, shown].slice(-mostAtOnce) }));
  if (toast.shape !== 'fail' && toast.shape !== 'unknown') setTimeout(() => useToasts.getState().dismiss(id), stayMs);
}

/** Tells of a call that failed, in the words of the room. */
export function showError(title: string, thrown: unknown): void {
  const isRoomError = thrown instanceof Error && 'code' in thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const hint = isRoomError && 'hint' in thrown && typeof thrown.hint === 'string' ? ` ${thrown.hint}` : '';
  showToast({ shape: 'fail', title, text: message + hint });
}
