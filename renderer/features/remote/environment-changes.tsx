import type { ReactNode } from 'react';
import type { EnvironmentChange } from '#shared/model/environment.ts';
import { StateMark } from '../../ui/state-mark.tsx';

/** What differs between two environments, package by package; native ones break a run, the others may. */
export function EnvironmentChanges({
  changes,
  words,
}: {
  readonly changes: readonly EnvironmentChange[];
  readonly words: { readonly before: string; readonly after: string };
}): ReactNode {
  return (
    <table className="tight" aria-label="Changes of the environment">
      <thead>
        <tr>
          <th scope="col">Package</th>
          <th scope="col">{words.before}</th>
          <th scope="col">{words.after}</th>
          <th scope="col">Probably by</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr key={`${change.kind} ${change.name}`}>
            <td>
              <StateMark shape={change.isNative || change.kind === 'broken' ? 'fail' : 'warn'} word={change.name} />
            </td>
            <td className="mono s11">{change.before ?? 'not there'}</td>
            <td className="mono s11">{change.after ?? 'not there'}</td>
            <td className="t2 trunc">{change.by ?? 'nobody can tell'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
