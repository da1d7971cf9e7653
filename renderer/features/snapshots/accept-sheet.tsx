import { useState, type ReactNode } from 'react';
import type { SnapshotItem } from '#shared/contract/snapshots.ts';
import { useRoom } from '../../client/hooks.ts';
import { formatBytes, plural } from '../../ui/format.ts';
import { showError, showToast } from '../../ui/toast-store.ts';
import { closeSnapshotSheet } from './snapshots-store.ts';
import { TypedSheet } from './typed-sheet.tsx';

/** What is missing in a held snapshot, and a person's word that this is right. */
export function AcceptSheet({ item }: { readonly item: SnapshotItem }): ReactNode {
  const { call } = useRoom();
  const [isSending, setIsSending] = useState(false);
  const accept = (confirm: string): void => {
    setIsSending(true);
    call('snapshots.accept', { id: item.id, confirm })
      .then(() => {
        closeSnapshotSheet();
        showToast({ shape: 'ok', title: `${item.tag} is accepted and current` });
      })
      .catch((thrown: unknown) => showError('Not accepted', thrown))
      .finally(() => setIsSending(false));
  };
  return (
    <TypedSheet
      title={`Accept ${item.tag}`}
      verb="Accept"
      words={item.instanceId}
      isSending={isSending}
      onConfirm={accept}
    >
      <p className="t2">
        It holds {plural(item.fileCount, 'file')}, {formatBytes(item.totalBytes)}. Accepted, it becomes the current one.
        Older snapshots and B2 keep what is gone.
      </p>
      {item.held.map((reason) => (
        <div key={reason.code}>
          <p>{reason.message}</p>
          <ul className="mono s11 snaplist">
            {reason.paths.slice(0, 50).map((path) => (
              <li key={path}>{path}</li>
            ))}
          </ul>
        </div>
      ))}
    </TypedSheet>
  );
}
