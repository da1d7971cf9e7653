import type { MachineSnapshots, SnapshotItem } from '#shared/contract/snapshots.ts';
import type { MirroredSnapshot } from '#shared/model/mirror.ts';
import { formatBytes, formatExact, plural } from '../../ui/format.ts';
import type { StateShape } from '../../ui/state-mark.tsx';

export type Mark = { readonly shape: StateShape; readonly word: string; readonly because: string };

/** What is known of a snapshot's files on this computer. */
export function stateMarkOf(item: SnapshotItem): Mark {
  const { damage } = item;
  if (damage !== null)
    return {
      shape: 'fail',
      word: 'Damaged',
      because: `${plural(damage.fileCount, 'file')} ${damage.fileCount === 1 ? 'is' : 'are'} not what was stored, found ${formatExact(damage.foundAt)}. ${damage.first.path}: ${damage.first.why}`,
    };
  if (item.state === 'held')
    return {
      shape: 'warn',
      word: 'Held',
      because: item.held.map((reason) => reason.message).join(' '),
    };
  if (item.verified) return { shape: 'ok', word: 'Verified', because: 'every file equals the manifest' };
  return { shape: 'unknown', word: 'Unverified', because: 'nobody compared it' };
}

/** Which copy in the bucket is this snapshot's. */
export function copyOf(item: SnapshotItem, copies: readonly MirroredSnapshot[]): MirroredSnapshot | null {
  return (
    copies.find((copy) => copy.snapshotId === item.id) ??
    copies.find(
      (copy) =>
        copy.source === 'room' &&
        copy.instanceId === item.instanceId &&
        copy.manifestSha256 !== null &&
        copy.manifestSha256 === item.manifestSha256,
    ) ??
    null
  );
}

/** What is known of its copy in the bucket; `copies` is null while that list is not read. */
export function mirrorMarkOf(copy: MirroredSnapshot | null, isRead: boolean): Mark {
  if (!isRead) return { shape: 'unknown', word: 'Unknown', because: 'what is in B2 was not read' };
  if (copy === null) return { shape: 'waiting', word: 'Not in B2', because: 'this room never pushed it' };
  switch (copy.state) {
    case 'mirrored':
      return { shape: 'ok', word: 'Mirrored', because: copy.because };
    case 'incomplete':
      return { shape: 'fail', word: 'Damaged', because: copy.because };
    case 'failed':
      return { shape: 'fail', word: 'Push failed', because: copy.because };
    case 'unchecked':
      return { shape: 'unknown', word: 'Unchecked', because: copy.because };
  }
}

const freshnessMarks: Record<MachineSnapshots['freshness']['state'], Omit<Mark, 'because'>> = {
  fresh: { shape: 'ok', word: 'Fresh' },
  final: { shape: 'ok', word: 'Final' },
  late: { shape: 'warn', word: 'Late' },
  failing: { shape: 'fail', word: 'Failing' },
  transferring: { shape: 'running', word: 'Transferring' },
  unknown: { shape: 'unknown', word: 'Unknown' },
};

export function freshnessMarkOf({ freshness }: MachineSnapshots): Mark {
  return { ...freshnessMarks[freshness.state], because: freshness.because };
}

/** What stands out about a snapshot, in a few words; empty when nothing does. */
export function noteOf(item: SnapshotItem): string {
  const parts = [
    item.isCurrent ? 'current' : null,
    item.acceptedAt === null ? null : 'accepted',
    item.carriedCount === 0 ? null : `${plural(item.carriedCount, 'file')} carried`,
    item.skippedCount === 0 ? null : `${item.skippedCount} skipped`,
    item.removedCount === 0 ? null : `${item.removedCount} removed there`,
    item.pending.length === 0
      ? null
      : `${item.pending.length} pending, ${formatBytes(item.pending.reduce((sum, file) => sum + file.sizeBytes, 0))}`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

/** Where the moment lies in the window, 0 to 100; null outside of it. */
export function placeOf(iso: string, fromMs: number, toMs: number): number | null {
  const at = Date.parse(iso);
  return at < fromMs || at > toMs ? null : ((at - fromMs) / (toMs - fromMs)) * 100;
}

/** Each machine with its snapshots, newest first; machines whose newest pull is newest come first. */
export function byMachine(
  machines: readonly MachineSnapshots[],
  items: readonly SnapshotItem[],
): readonly { readonly machine: MachineSnapshots; readonly items: readonly SnapshotItem[] }[] {
  const lastOf = (machine: MachineSnapshots): string => machine.lastAttempt?.startedAt ?? machine.lastGoodAt ?? '';
  return machines
    .toSorted((a, b) => lastOf(b).localeCompare(lastOf(a)))
    .map((machine) => ({
      machine,
      items: items.filter((item) => item.instanceId === machine.instanceId),
    }));
}
