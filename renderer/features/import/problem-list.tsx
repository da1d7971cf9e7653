import type { ReactNode } from 'react';
import type { ReadProblem } from '#shared/model/run.ts';
import { StateMark, type StateShape } from '../../ui/state-mark.tsx';

type ProblemWord = { readonly shape: StateShape; readonly word: string };

const words: Record<ReadProblem['code'], ProblemWord> = {
  unreadable: { shape: 'unknown', word: 'Not readable' },
  empty_file: { shape: 'fail', word: 'Empty file' },
  not_json: { shape: 'fail', word: 'Not JSON' },
  half_written: { shape: 'warn', word: 'Half written' },
  unexpected_shape: { shape: 'unknown', word: 'Unexpected shape' },
  symlink_loop: { shape: 'warn', word: 'Link loop' },
  outside_root: { shape: 'warn', word: 'Outside the run' },
  too_large: { shape: 'warn', word: 'Too large' },
  missing_file: { shape: 'fail', word: 'Missing file' },
  manifest_points_at_sidecar: { shape: 'fail', word: 'Points at sidecar' },
  manifest_file_older_than_stage: { shape: 'warn', word: 'Older than stage' },
  undecodable_name: { shape: 'warn', word: 'Unreadable name' },
  damaged_media: { shape: 'fail', word: 'Damaged media' },
};

/** Files that could not be read or do not fit, each with its path and what is wrong. */
export function ProblemList({ problems }: { readonly problems: readonly ReadProblem[] }): ReactNode {
  if (problems.length === 0) return null;
  return (
    <ul className="problems" aria-label="Problems">
      {problems.map((problem, index) => (
        // The same file may have the same problem twice; the list never changes its order.
        <li key={`${problem.path} ${problem.code} ${index}`}>
          <StateMark {...words[problem.code]} />
          <div className="col">
            <span className="mono wrap-any">{problem.path}</span>
            <span className="why wrap-any">{problem.message}</span>
          </div>
        </li>
      ))}
    </ul>
  );
}
