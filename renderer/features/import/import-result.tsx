import { Fragment, type ReactNode } from 'react';
import { Link } from 'wouter';
import { importResultSchema, type ImportResult } from '#shared/contract/runs.ts';
import { addressOf } from '../../shell/links.ts';
import { formatCount, plural } from '../../ui/format.ts';
import { StateMark, type StateShape } from '../../ui/state-mark.tsx';
import { closeImport } from './import-store.ts';
import { ProblemList } from './problem-list.tsx';

const outcomes: Record<ImportResult['runs'][number]['outcome'], { readonly shape: StateShape; readonly word: string }> =
  {
    new_run: { shape: 'ok', word: 'New' },
    new_observation: { shape: 'ok', word: 'Seen again' },
    unchanged: { shape: 'off', word: 'Unchanged' },
  };

function countOf(runs: ImportResult['runs'], outcome: keyof typeof outcomes): number {
  return runs.filter((run) => run.outcome === outcome).length;
}

/** What an import found: each run with what is new about it, and each file that could not be read. */
export function ImportResultView({ value }: { readonly value: unknown }): ReactNode {
  const parsed = importResultSchema.safeParse(value);
  if (!parsed.success) {
    return <StateMark shape="unknown" word="The job left no result that this version can read" />;
  }
  const { runs, problems } = parsed.data;
  return (
    <div className="col" style={{ gap: 12 }}>
      <div className="t2">
        {plural(countOf(runs, 'new_run'), 'new run')}, {countOf(runs, 'new_observation')} seen again,{' '}
        {countOf(runs, 'unchanged')} unchanged.{' '}
        {problems.length === 0
          ? 'Every file was read.'
          : `${plural(problems.length, 'problem')}; the rest was read all the same.`}
      </div>
      {runs.length === 0 ? null : (
        <div className="scroll outcome">
          <table className="tight">
            <thead>
              <tr>
                <th>Run</th>
                <th>Outcome</th>
                <th className="num">Clips</th>
                <th className="num">New lines</th>
              </tr>
            </thead>
            <tbody>
              {runs.map((run) => (
                <tr key={`${run.runId} ${run.outcome}`}>
                  <td className="w5">
                    <Link href={addressOf.run(run.runId)} className="link" onClick={closeImport}>
                      {/* Wraps between its words only: a date that is cut at a hyphen is hard to read. */}
                      {run.name.split(' ').map((word, index) => (
                        <Fragment key={index}>
                          {index === 0 ? null : ' '}
                          <span className="nw">{word}</span>
                        </Fragment>
                      ))}
                    </Link>
                  </td>
                  <td>
                    <StateMark {...outcomes[run.outcome]} />
                  </td>
                  <td className="num">{formatCount(run.clipCount)}</td>
                  <td className="num">{formatCount(run.newLogLines)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <ProblemList problems={problems} />
    </div>
  );
}
