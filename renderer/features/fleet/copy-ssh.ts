import type { FleetItem } from '#shared/model/fleet.ts';
import { showToast } from '../../ui/toast-store.ts';

/** The command that opens a terminal on the machine; null until it has an address. */
export function sshCommandOf({ endpoint }: Pick<FleetItem, 'endpoint'>): string | null {
  return endpoint === null ? null : `ssh -p ${endpoint.port} root@${endpoint.host}`;
}

export async function copySsh(item: FleetItem): Promise<void> {
  const command = sshCommandOf(item);
  if (command === null) {
    showToast({ shape: 'warn', title: 'No ssh command yet', text: 'The machine has no address.' });
    return;
  }
  try {
    await navigator.clipboard.writeText(command);
    showToast({ shape: 'ok', title: 'ssh command copied', text: command });
  } catch {
    showToast({
      shape: 'fail',
      title: 'Not copied',
      text: `The clipboard is closed to this page. The command: ${command}`,
    });
  }
}
