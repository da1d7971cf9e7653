import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import type { StudySummary } from '#shared/model/study.ts';
import { useConnection, useRoomQuery } from '../../client/hooks.ts';
import { useCommands } from '../../shell/commands.ts';
import { addressOf } from '../../shell/links.ts';
import { useScreenTitle } from '../../shell/use-screen.ts';
import { Button } from '../../ui/button.tsx';
import { formatMoment, plural } from '../../ui/format.ts';
import { EmptyState, ErrorState, Reading, StaleNote } from '../../ui/notices.tsx';
import { ProgressLine } from '../../ui/progress-line.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { useNow } from '../../ui/use-now.ts';
import { useDemoStudy } from './use-demo-study.ts';
import { stateMarks } from './words.ts';
import './study.css';

/** All studies, newest first, with how far each reviewer is. */
export function StudiesScreen(): ReactNode {
  useScreenTitle('Studies');
  const [, navigate] = useLocation();
  const nowMs = useNow(60_000);
  const list = useRoomQuery('studies.list', {});
  const room = useRoomQuery('room.info', {});
  const isDemo = room.data?.workspace.isDemo === true;
  const isCut = useConnection().kind !== 'open';
  // Held by the screen: the study is in the list a moment before its job is over.
  const demo = useDemoStudy();
  useCommands('Studies', [
    {
      id: 'new',
      title: 'New study…',
      keyCaps: ['N'],
      bindings: ['n'],
      footer: 'new study',
      run: () => navigate(addressOf.newStudy),
    },
  ]);
  const items = list.data?.items ?? [];
  return (
    <div className="screen">
      <div className="bar">
        <h1>Studies</h1>
        <span className="t3 tn trunc">{list.data === undefined ? '' : plural(items.length, 'study', 'studies')}</span>
        <StaleNote error={list.data === undefined ? null : list.error} readAtMs={list.dataUpdatedAt} nowMs={nowMs} />
        <span className="sp" />
        <Link className="btn pri" href={addressOf.newStudy}>
          New study
        </Link>
      </div>
      {list.data === undefined ? (
        list.error === null ? (
          <Reading what="Reading studies" />
        ) : (
          <ErrorState
            title="Studies could not be read"
            error={list.error}
            actions={<Button onClick={() => void list.refetch()}>Read again</Button>}
          />
        )
      ) : items.length === 0 && room.isPending ? (
        <Reading what="Reading studies" />
      ) : items.length === 0 ? (
        <EmptyState
          lead="No study yet."
          actions={
            <>
              <Link className="btn" href={addressOf.newStudy}>
                New study
              </Link>
              {isDemo ? (
                <Button disabled={isCut || demo.isOpening} onClick={demo.open}>
                  {demo.isOpening ? 'Reading its clips' : 'Open the demo study'}
                </Button>
              ) : null}
              {demo.progress === null ? null : <ProgressLine label="Reading the demo study" progress={demo.progress} />}
            </>
          }
        >
          Two runs of the same clips, shown side by side without names: does the candidate keep the robot arm? The plan
          is locked before the first answer, and the gate decides from source clips.
          {isDemo ? ' The demo study has eight source clips: five minutes for each of two reviewers.' : ''}
        </EmptyState>
      ) : (
        <div className="scroll" tabIndex={0} role="region" aria-label="Studies">
          <table aria-label="Studies">
            <thead>
              <tr>
                <th scope="col">Study</th>
                <th scope="col">State</th>
                <th scope="col">Baseline and candidate</th>
                <th scope="col" className="num">
                  Source clips
                </th>
                <th scope="col">Reviewers</th>
                <th scope="col">Locked</th>
              </tr>
            </thead>
            <tbody>
              {items.map((study) => (
                <StudyRow key={study.studyId} study={study} nowMs={nowMs} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function StudyRow({ study, nowMs }: { readonly study: StudySummary; readonly nowMs: number }): ReactNode {
  return (
    <tr data-testid="study-row">
      <td className="trunc">
        <Link className="w5" href={addressOf.study(study.studyId)}>
          {study.name}
        </Link>
      </td>
      <td>
        {study.blindingBroken === null ? (
          <StateMark {...stateMarks[study.state]} />
        ) : (
          <StateMark shape="fail" word="Blinding broken" />
        )}
      </td>
      <td className="t2 trunc study-runs">
        {study.baseline.name} and {study.candidate.name}
      </td>
      <td className="num">{study.sourceClipCount}</td>
      <td className="t2 trunc">
        {study.reviewers.length === 0
          ? 'nobody yet'
          : study.reviewers
              .map(({ reviewer, answeredCount, questionCount, signedOffAt }) =>
                signedOffAt === null ? `${reviewer} ${answeredCount} of ${questionCount}` : `${reviewer} signed off`,
              )
              .join(', ')}
      </td>
      <td className="t3 nw">{formatMoment(study.lockedAt, nowMs)}</td>
    </tr>
  );
}
