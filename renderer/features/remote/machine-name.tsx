import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useRoomQuery } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';

/**
 * A machine by its label, else by its number; one that the provider does not know has a name of its own. As wide before
 * it is known as after.
 */
export function MachineName({ machineId }: { readonly machineId: string }): ReactNode {
  const machine = useRoomQuery('instances.get', { id: machineId });
  const label = machine.data?.item.label ?? null;
  return (
    <Link href={addressOf.machine(machineId)} className="t2 trunc remote-machine" title={machineId}>
      {label === null || label === '' ? machineId : label}
    </Link>
  );
}
