import type { ReactNode } from 'react';
import type { MirroredSnapshot } from '#shared/model/mirror.ts';
import { useConnection } from '../../client/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { formatBytes } from '../../ui/format.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { useStart } from './use-start.ts';
import { mirrorMarkOf } from './words.ts';

/** Copies that are in the bucket and not here: each can be brought back. */
export function BucketOnly({ copies }: { readonly copies: readonly MirroredSnapshot[] }): ReactNode {
  const { start, isSending } = useStart();
  const isCut = useConnection().kind !== 'open';
  if (copies.length === 0) return null;
  return (
    <section className="snapmachine" aria-label="Only in B2">
      <div className="snaphead">
        <h2>Only in B2</h2>
        <span className="src">as this room saw it last</span>
      </div>
      <table className="snaptable tight" aria-label="Snapshots only in B2">
        <thead>
          <tr>
            <th scope="col">Snapshot, UTC</th>
            <th scope="col">Machine</th>
            <th scope="col">In B2</th>
            <th scope="col" className="num">
              Size
            </th>
            <th scope="col">Made by</th>
            <th scope="col">Bring back</th>
          </tr>
        </thead>
        <tbody>
          {copies.map((copy) => {
            const mark = mirrorMarkOf(copy, true);
            const { instanceId, tag, source } = copy;
            return (
              <tr key={`${source} ${instanceId} ${tag}`}>
                <td className="mono">{tag}</td>
                <td className="mono">{instanceId}</td>
                <td title={mark.because}>
                  <StateMark shape={mark.shape} word={mark.word} />
                </td>
                <td className="num nw">
                  {copy.totalBytes === null ? <span className="void">unknown</span> : formatBytes(copy.totalBytes)}
                </td>
                <td>{source === 'room' ? 'this room or another' : 'old script, unverified'}</td>
                <td>
                  <Button
                    size="small"
                    disabled={isCut || isSending}
                    onClick={() => start('mirror.pull', { instanceId, tag, source }, `Bringing ${tag} back from B2`)}
                  >
                    Pull from B2
                  </Button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
