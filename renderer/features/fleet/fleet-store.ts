import { create } from 'zustand';
import { byAttention, byBurn } from '#shared/rules/fleet-attention.ts';
import type { FleetRow } from './use-fleet.ts';
import { nameOf } from './words.ts';

export type FleetOrder = 'attention' | 'burn' | 'name';

export const useFleetView = create<{ readonly order: FleetOrder; readonly selectedId: string | null }>()(() => ({
  order: 'attention',
  selectedId: null,
}));

export const setFleetOrder = (order: FleetOrder): void => useFleetView.setState({ order });
export const selectMachine = (selectedId: string): void => useFleetView.setState({ selectedId });

const orders: Record<FleetOrder, (a: FleetRow, b: FleetRow) => number> = {
  attention: byAttention,
  burn: byBurn,
  name: (a, b) => nameOf(a.item).localeCompare(nameOf(b.item), 'en', { numeric: true }) || byBurn(a, b),
};

export const inOrder = (rows: readonly FleetRow[], order: FleetOrder): readonly FleetRow[] =>
  rows.toSorted(orders[order]);
