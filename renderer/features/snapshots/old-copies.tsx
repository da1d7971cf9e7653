import type { ReactNode } from 'react';
import { useRoomQuery } from '../../client/hooks.ts';
import { Copyable } from '../../ui/copyable.tsx';
import { formatBytes, formatCount, formatExact } from '../../ui/format.ts';
import { ErrorState } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';

/** Folders that the old scripts keep beside the room's own. The room lists them and never touches them. */
export function OldCopies(): ReactNode {
  const old = useRoomQuery('snapshots.old', {});
  if (old.data === undefined)
    return old.error === null ? null : <ErrorState inline title="Folders of old scripts not read" error={old.error} />;
  const { items } = old.data;
  if (items.length === 0) return null;
  return (
    <section className="snapmachine" aria-label="Old scripts">
      <div className="snaphead">
        <h2>Old scripts</h2>
        <span className="src">unverified; listed, never touched</span>
      </div>
      <table className="snaptable tight" aria-label="Folders of old scripts">
        <thead>
          <tr>
            <th scope="col">Folder</th>
            <th scope="col">Machine</th>
            <th scope="col">Written</th>
            <th scope="col" className="num">
              Files
            </th>
            <th scope="col" className="num">
              Size
            </th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.path}>
              <td>
                <Copyable text={item.path} label={`path of ${item.name}`}>
                  {item.name}
                </Copyable>
              </td>
              <td className="mono">{item.instanceId}</td>
              <td className="nw">
                {item.takenAt === null ? <span className="void">unknown</span> : formatExact(item.takenAt)}
              </td>
              <td className="num nw">
                {item.isCounted ? '' : 'over '}
                {formatCount(item.fileCount)}
              </td>
              <td className="num nw">
                {item.isCounted ? '' : 'over '}
                {formatBytes(item.totalBytes)}
              </td>
              <td>
                {item.danger === null ? (
                  <StateMark shape="unknown" word={item.label} />
                ) : (
                  <>
                    <StateMark shape="warn" word="Dangerous" /> <span className="why wrap-any">{item.danger}</span>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
