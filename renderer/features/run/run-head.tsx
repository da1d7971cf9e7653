import type { ReactNode } from 'react';
import type { RunDetail } from '#shared/model/run.ts';
import { Copyable } from '../../ui/copyable.tsx';
import { formatBytes, formatDuration, formatExact, formatMoment, formatSpan, plural } from '../../ui/format.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { Unknown } from '../../ui/tag.tsx';
import { useNow } from '../../ui/use-now.ts';
import { VerdictEvidence } from '../../ui/verdict.tsx';
import { DepthLine } from '../orientation/depth-line.tsx';
import type { Depth } from '../orientation/use-depth.ts';

function spanOf(run: RunDetail): ReactNode {
  if (run.startedAt === null) return <Unknown because="no log or result tells when it started" />;
  if (run.finishedAt === null) return `From ${formatExact(run.startedAt)} UTC, end not recorded`;
  return `${formatSpan(run.startedAt, run.finishedAt)} UTC`;
}

/** When and where from, and the three verdicts, each with the sentences behind it. */
export function RunHead({ run, depth }: { readonly run: RunDetail; readonly depth: Depth }): ReactNode {
  const nowMs = useNow(60_000);
  const figures = [
    run.elapsedSeconds === null ? null : formatDuration(run.elapsedSeconds),
    run.sizeBytes === null ? null : formatBytes(run.sizeBytes),
    run.clipCount === null ? null : plural(run.clipCount, 'clip'),
  ].filter((figure) => figure !== null);
  const { verdicts } = run;
  return (
    <section className="runhead" aria-label="Verdicts">
      <div>
        <h2>Run</h2>
        <div className="s13 w5 tn">{spanOf(run)}</div>
        <ul className="why evidence tn">
          <li>
            <DepthLine runId={run.id} depth={depth} />
          </li>
          <li>{figures.join(', ')}</li>
          {run.filesMissing ? (
            <li>
              <StateMark shape="warn" word={`Files missing, seen ${formatMoment(run.lastSeenAt, nowMs)}`} />
            </li>
          ) : (
            <li>
              Seen in {plural(run.observationCount, 'place')}
              {run.snapshotTag === null ? '' : `, last in snapshot ${run.snapshotTag}`}
            </li>
          )}
          <li>
            <Copyable text={run.id} label="run id" />
          </li>
        </ul>
      </div>
      <div>
        <h2>Status</h2>
        <VerdictEvidence
          big
          fact={{ of: 'status', ...verdicts.status }}
          evidence={verdicts.status.evidence}
          shown={1}
        />
      </div>
      <div>
        <h2>Gates</h2>
        <VerdictEvidence big fact={{ of: 'gates', ...verdicts.gates }} evidence={verdicts.gates.evidence} shown={1} />
      </div>
      <div>
        <h2>Provenance</h2>
        <VerdictEvidence
          big
          fact={{ of: 'provenance', ...verdicts.provenance }}
          evidence={verdicts.provenance.evidence}
          shown={1}
        />
      </div>
    </section>
  );
}
