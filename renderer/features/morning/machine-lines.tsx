import type { ReactNode } from 'react';
import { byAttention, type AttentionKind } from '#shared/rules/fleet-attention.ts';
import { addressOf } from '../../shell/links.ts';
import { formatAge } from '../../ui/format.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { formatPerHour, nameOf, stateOf, type FleetRow } from '../fleet/index.ts';
import { Line } from './line.tsx';

/** States in which a machine asks for nothing. */
const quiet: readonly AttentionKind[] = [
  'running',
  'restarting',
  'stopping',
  'loading',
  'destroying',
  'stopped',
  'gone',
];

/** Machines that a person should look at, the most urgent first; somebody else’s are not held here. */
export const machinesHeld = (rows: readonly FleetRow[]): readonly FleetRow[] =>
  rows
    .filter(({ item, attention }) => item.ownership !== 'known' && !quiet.includes(attention.kind))
    .toSorted(byAttention);

export function MachineLine({ row, nowMs }: { readonly row: FleetRow; readonly nowMs: number }): ReactNode {
  const { item } = row;
  const state = stateOf(row, nowMs);
  const rate = item.burnRatePerHourUsd;
  return (
    <Line
      href={addressOf.machine(item.id)}
      mark={<StateMark shape={state.shape} word={state.word} />}
      name={`Machine: ${nameOf(item)}`}
      why={[rate === null ? 'costs an unknown rate' : `costs ${formatPerHour(rate)}`, state.because]
        .filter((part) => part !== '')
        .join(', ')}
      age={formatAge(Date.parse(item.phaseSince ?? item.firstSeenAt), nowMs)}
    />
  );
}
