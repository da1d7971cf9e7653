import type { ReactNode } from 'react';
import type { Decision } from '#shared/model/decision.ts';
import { addressOf } from '../../shell/links.ts';
import { formatAge, plural } from '../../ui/format.ts';
import { Middle } from '../../ui/middle.tsx';
import { StateMark, type StateShape } from '../../ui/state-mark.tsx';
import { jobKindWord, jobShapes, jobStateWord } from '../jobs/job-state.ts';
import type { Change } from './changes.ts';
import { Line } from './line.tsx';

const verdictMarks: Record<'accepted' | 'rejected' | 'unsure', { readonly shape: StateShape; readonly word: string }> =
  {
    accepted: { shape: 'ok', word: 'Accepted' },
    rejected: { shape: 'fail', word: 'Rejected' },
    unsure: { shape: 'unknown', word: 'Unsure' },
  };

function placeOf({ subject }: Decision): string {
  switch (subject.kind) {
    case 'run':
      return addressOf.run(subject.runId);
    case 'clip':
      return addressOf.clip(subject.clipId);
    case 'pair':
      return addressOf.compare(subject.leftClipId, subject.rightClipId);
  }
}

const subjectWords = { run: 'a run', clip: 'a clip', pair: 'a pair of clips' } as const;

/** One thing that changed, and where it can be seen. */
export function ChangeLine({
  change,
  nowMs,
  nameOfRun,
}: {
  readonly change: Change;
  readonly nowMs: number;
  /** Null for a run that is in no list at hand. */
  readonly nameOfRun: (runId: string) => string | null;
}): ReactNode {
  const age = formatAge(change.atMs, nowMs);
  switch (change.kind) {
    case 'run':
      return (
        <Line
          href={addressOf.run(change.runId)}
          mark={<span className="t2">{change.isNew ? 'New run' : 'Seen again'}</span>}
          name={<Middle text={change.name} />}
          why={`${plural(change.clipCount, 'clip')}, ${plural(change.newLogLines, 'new log line')}`}
          age={age}
        />
      );
    case 'job': {
      const { job } = change;
      return (
        <Line
          href={addressOf.job(job.id)}
          mark={<StateMark shape={jobShapes[job.state]} word={jobStateWord(job)} />}
          name={`${jobKindWord(job.kind)}: ${job.subject}`}
          why={job.error?.message ?? (job.state === 'succeeded' ? 'nothing new' : 'no reason was written')}
          age={age}
        />
      );
    }
    case 'decision': {
      const { decision } = change;
      const { subject, value } = decision;
      const runName = subject.kind === 'run' ? nameOfRun(subject.runId) : null;
      return (
        <Line
          href={placeOf(decision)}
          mark={
            value.kind === 'note' ? (
              <StateMark shape="off" word="Note" />
            ) : (
              <StateMark {...verdictMarks[value.verdict]} />
            )
          }
          name={runName === null ? `On ${subjectWords[subject.kind]}` : <Middle text={runName} />}
          why={[decision.actor === '' ? 'reviewer without a name' : decision.actor, value.note]
            .filter((part) => part !== '')
            .join(': ')}
          age={age}
        />
      );
    }
  }
}
