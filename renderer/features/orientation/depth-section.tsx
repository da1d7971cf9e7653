import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useCommands } from '../../shell/commands.ts';
import { addressOf } from '../../shell/links.ts';
import { Button } from '../../ui/button.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { depthMark } from './depth-line.tsx';
import { openDepth } from './depth-store.ts';
import type { Depth } from './use-depth.ts';

/** The depth of a run beside its gates: what stands, why it may not, and what can be done. */
export function DepthSection({ runId, depth }: { readonly runId: string; readonly depth: Depth }): ReactNode {
  const mark = depthMark(depth);
  useCommands('Depth', [
    {
      id: 'check',
      title: 'Check depth of this run',
      keywords: ['orientation', 'control', 'aligned', 'flipped'],
      run: () => {
        if (depth.canCheck) depth.check();
      },
    },
    { id: 'scores', title: 'Show depth scores', keywords: ['orientation'], run: () => openDepth(runId, null) },
  ]);
  return (
    <section className="side depth" aria-label="Depth orientation">
      <h2>
        Depth orientation
        <span className="sp" />
        <Button size="small" onClick={() => openDepth(runId, null)}>
          Scores…
        </Button>
        <Button
          size="small"
          disabled={!depth.canCheck}
          title={depth.canCheck ? 'Measures every enriched clip anew; earlier verdicts stay' : undefined}
          onClick={() => depth.check()}
        >
          Check depth
        </Button>
      </h2>
      <StateMark shape={mark.shape} word={mark.word.charAt(0).toUpperCase() + mark.word.slice(1)} />
      {depth.failed === null ? null : (
        <p className="why">
          {depth.failed.error?.message}{' '}
          <Link href={addressOf.job(depth.failed.id)} className="link">
            Open job
          </Link>
        </p>
      )}
    </section>
  );
}
