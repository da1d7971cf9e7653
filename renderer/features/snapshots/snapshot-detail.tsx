import type { ReactNode } from 'react';
import type { SnapshotItem } from '#shared/contract/snapshots.ts';
import type { MirroredSnapshot } from '#shared/model/mirror.ts';
import { useConnection, useRoomQuery } from '../../client/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { Copyable } from '../../ui/copyable.tsx';
import { formatAgo, formatBytes, formatExact, plural } from '../../ui/format.ts';
import { ErrorState, Reading } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { PendingFiles } from './pending-files.tsx';
import { Unknown } from '../../ui/tag.tsx';
import { originWords, SnapshotFiles } from './snapshot-files.tsx';
import { setSnapshotView } from './snapshots-store.ts';
import { useStart } from './use-start.ts';
import { mirrorMarkOf, stateMarkOf } from './words.ts';

function Paths({ title, lines }: { readonly title: string; readonly lines: readonly string[] }): ReactNode {
  if (lines.length === 0) return null;
  return (
    <details className="snappaths">
      <summary>
        {title} <span className="t3 tn">{lines.length}</span>
      </summary>
      <ul className="mono s11">
        {lines.slice(0, 200).map((line, index) => (
          // Lines are told apart by their place: two may be equal.
          <li key={index}>{line}</li>
        ))}
      </ul>
      {lines.length > 200 ? <p className="why">The first 200. The manifest names all.</p> : null}
    </details>
  );
}

/** One snapshot: what proves it, what it lacks and why, and what can be done with it. */
export function SnapshotDetail({
  item,
  copy,
  isMirrorRead,
  lastJobId,
  nowMs,
}: {
  readonly item: SnapshotItem;
  readonly copy: MirroredSnapshot | null;
  readonly isMirrorRead: boolean;
  /** The last pull of its machine. */
  readonly lastJobId: string | null;
  readonly nowMs: number;
}): ReactNode {
  const isCut = useConnection().kind !== 'open';
  const detail = useRoomQuery('snapshots.get', { id: item.id });
  const { start, isSending } = useStart();
  const state = stateMarkOf(item);
  const mirror = mirrorMarkOf(copy, isMirrorRead);
  const pushTitle = item.verified ? undefined : 'Only a verified snapshot is mirrored';
  const ago = (iso: string | null, none: string): string =>
    iso === null ? none : `${formatExact(iso)}, ${formatAgo(Date.parse(iso), nowMs)}`;
  return (
    <>
      <section aria-label="Snapshot" data-testid="snapshot-detail">
        <h2 className="mono">{item.tag}</h2>
        <dl className="kv">
          <dt>Here</dt>
          <dd>
            <StateMark shape={state.shape} word={state.word} /> <span className="why">{state.because}</span>
          </dd>
          <dt>In B2</dt>
          <dd>
            <StateMark shape={mirror.shape} word={mirror.word} /> <span className="why">{mirror.because}</span>
          </dd>
          <dt>Taken</dt>
          <dd className="tn">{ago(item.takenAt, '')}</dd>
          <dt>Verified</dt>
          <dd className="tn">{ago(item.verifiedAt, 'never')}</dd>
          <dt>Unchanged at</dt>
          <dd className="tn">{ago(item.unchangedAt, 'not looked at again')}</dd>
          <dt>B2 checked</dt>
          <dd className="tn">{isMirrorRead ? ago(copy?.checkedAt ?? null, 'never') : 'unknown, not read'}</dd>
          <dt>Files</dt>
          <dd className="tn">
            {plural(item.fileCount, 'file')}, {formatBytes(item.totalBytes)}
          </dd>
          <dt>Id</dt>
          <dd>
            <Copyable text={item.id} label="snapshot id" />
          </dd>
          <dt>Folder</dt>
          <dd>
            <Copyable text={item.path} label="folder" />
          </dd>
        </dl>
        <div className="row snapacts">
          {item.state === 'held' ? (
            <Button
              disabled={isCut}
              onClick={() => setSnapshotView({ sheet: { kind: 'accept', snapshotId: item.id } })}
            >
              Accept…
            </Button>
          ) : null}
          <Button
            disabled={isCut || isSending}
            onClick={() => start('snapshots.verify', { id: item.id }, `Verifying ${item.tag}`)}
          >
            Verify
          </Button>
          {copy?.state === 'incomplete' ? (
            <Button
              disabled={isCut}
              onClick={() => setSnapshotView({ sheet: { kind: 'repair', snapshotId: item.id } })}
            >
              Repair B2…
            </Button>
          ) : (
            <Button
              disabled={isCut || isSending || !item.verified}
              title={pushTitle}
              onClick={() => start('mirror.push', { snapshotId: item.id }, `Mirroring ${item.tag}`)}
            >
              Mirror
            </Button>
          )}
          <Button disabled={isCut} onClick={() => setSnapshotView({ sheet: { kind: 'restore', snapshotId: item.id } })}>
            Restore…
          </Button>
        </div>
      </section>
      {item.isCurrent && item.pending.length > 0 ? (
        <PendingFiles instanceId={item.instanceId} lastJobId={lastJobId} nowMs={nowMs} />
      ) : null}
      {detail.data === undefined ? (
        detail.error === null ? (
          <Reading what="Reading the manifest" />
        ) : (
          <ErrorState inline title="Details not read" error={detail.error} />
        )
      ) : (
        <section aria-label="What it holds">
          <h2>What it holds</h2>
          {detail.data.problem === null ? null : (
            <p className="why">
              <StateMark shape="fail" word="Manifest not readable" /> {detail.data.problem}
            </p>
          )}
          <dl className="kv">
            <div className="snaporigin">
              <dt>Its own</dt>
              <dd className="tn" title="Removing it frees these">
                {detail.data.onDisk === null ? (
                  <Unknown because="its folder can not be read" />
                ) : (
                  formatBytes(detail.data.onDisk.ownBytes)
                )}
              </dd>
            </div>
            {detail.data.onDisk === null ? null : (
              <div className="snaporigin">
                <dt>Shared</dt>
                <dd className="tn" title="Other snapshots hold these as well">
                  {formatBytes(detail.data.onDisk.sharedBytes)}
                </dd>
              </div>
            )}
            {Object.entries(detail.data.origins).map(([origin, of]) => (
              <div key={origin} className="snaporigin">
                <dt>{originWords[origin] ?? origin}</dt>
                <dd className="tn">
                  {plural(of.fileCount, 'file')}, {formatBytes(of.totalBytes)}
                </dd>
              </div>
            ))}
          </dl>
          <SnapshotFiles snapshotId={item.id} />
          <Paths
            title="Held because"
            lines={item.held.flatMap((reason) => [reason.message, ...reason.paths.map((path) => `  ${path}`)])}
          />
          <Paths
            title="Pending, large"
            lines={item.pending.map((file) => `${file.path}  ${formatBytes(file.sizeBytes)}`)}
          />
          <Paths title="Skipped" lines={detail.data.skipped.map(({ path, why }) => `${path}: ${why}`)} />
          <Paths title="Gone from the machine" lines={detail.data.removed} />
          <Paths title="Can not be opened" lines={detail.data.unparsed.map(({ path, why }) => `${path}: ${why}`)} />
        </section>
      )}
    </>
  );
}
