import type { FleetItem } from '#shared/model/fleet.ts';
import { showError, showToast } from '../../ui/toast-store.ts';

type Call = (method: 'ssh.command', input: { readonly id: string }) => Promise<{ readonly command: string }>;

/** Puts the whole command for a terminal on the clipboard; it takes the accepted host key and no other. */
export async function copySsh(item: Pick<FleetItem, 'id'>, call: Call): Promise<void> {
  let command: string;
  try {
    ({ command } = await call('ssh.command', { id: item.id }));
  } catch (thrown) {
    showError('No ssh command', thrown);
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
