import type { ReactNode } from 'react';
import type { SnapshotItem } from '#shared/contract/snapshots.ts';
import type { MirroredSnapshot } from '#shared/model/mirror.ts';
import { closeSnapshotSheet } from './snapshots-store.ts';
import { TypedSheet } from './typed-sheet.tsx';
import { useStart } from './use-start.ts';

export function RepairSheet({
  item,
  copy,
}: {
  readonly item: SnapshotItem;
  readonly copy: MirroredSnapshot | null;
}): ReactNode {
  const { start, isSending } = useStart();
  return (
    <TypedSheet
      title={`Repair ${item.tag} in B2`}
      verb="Repair"
      words={item.instanceId}
      isSending={isSending}
      onConfirm={() => {
        start('mirror.repair', { snapshotId: item.id }, `Repairing ${item.tag} in B2`);
        closeSnapshotSheet();
      }}
    >
      <p className="t2">
        Each object that is missing or damaged gets a new version from the files here. Nothing is deleted.
      </p>
      {copy === null ? null : <p className="why">{copy.because}</p>}
    </TypedSheet>
  );
}
