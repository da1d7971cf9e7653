import { create } from 'zustand';

export type MachineSheet =
  | 'stop'
  | 'destroy'
  | 'start'
  | 'reboot'
  | 'label'
  | 'owner'
  | 'cap'
  | 'arm'
  | 'lease'
  | 'drill'
  | 'override'
  | 'stop_all';

/** Which question is open, and about which machine; null as machine: the whole fleet. */
export type OpenSheet = { readonly kind: MachineSheet; readonly id: string | null };

export const useFleetSheet = create<{ readonly open: OpenSheet | null }>()(() => ({ open: null }));

export function openFleetSheet(kind: MachineSheet, id: string | null): void {
  useFleetSheet.setState({ open: { kind, id } });
}

export function closeFleetSheet(): void {
  useFleetSheet.setState({ open: null });
}
