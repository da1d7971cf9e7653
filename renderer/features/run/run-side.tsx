import type { ReactNode } from 'react';
import { stageNames } from '#shared/model/stages.ts';
import type { Observation, Prompt, RunDetail } from '#shared/model/run.ts';
import { Copyable } from '../../ui/copyable.tsx';
import { formatBytes, formatExact, formatMoment, formatSpan, plural } from '../../ui/format.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { Tag, Unknown } from '../../ui/tag.tsx';
import { useNow } from '../../ui/use-now.ts';
import { RunDecisions } from '../decisions/run-decisions.tsx';
import { ProblemList } from '../import/problem-list.tsx';
import { RunIncidents } from '../memory/run-incidents.tsx';
import { DepthSection } from '../orientation/depth-section.tsx';
import type { Depth } from '../orientation/use-depth.ts';
import { promptOriginWords } from './clip-words.ts';
import { GateTable } from './gate-table.tsx';

function Section({
  title,
  note,
  children,
}: {
  readonly title: string;
  readonly note?: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <section className="side" aria-label={title}>
      <h2>
        {title}
        {note === undefined ? null : <span className="src tn">{note}</span>}
      </h2>
      {children}
    </section>
  );
}

/** Built-in prompts describe another place than the one that was scanned; they are called out. */
function originTone(origin: Prompt['origin']): 'fail' | 'unk' | undefined {
  if (origin === 'builtin' || origin === 'builtin_industrial') return 'fail';
  return origin === 'unknown' ? 'unk' : undefined;
}

function Prompts({ prompts }: { readonly prompts: readonly Prompt[] }): ReactNode {
  if (prompts.length === 0) return <p className="why">No prompt was recorded</p>;
  return prompts.map((prompt) => {
    const tone = originTone(prompt.origin);
    return (
      <div key={`${prompt.variantName} ${prompt.prompt}`} className="prompt">
        <div className="row">
          <span className="w5 trunc">{prompt.variantName}</span>
          <Tag {...(tone === undefined ? {} : { tone })} title={prompt.originWhy}>
            {promptOriginWords[prompt.origin]}
          </Tag>
          <span className="why nw">{plural(prompt.clipNames.length, 'clip')}</span>
        </div>
        <p className="t2">{prompt.prompt}</p>
        <p className="why">{prompt.originWhy}</p>
      </div>
    );
  });
}

function Observations({ observations }: { readonly observations: readonly Observation[] }): ReactNode {
  return (
    <ul className="lines">
      {observations.map((observation) => (
        <li key={observation.id}>
          <div className="row">
            {observation.isPresent ? (
              <StateMark shape="ok" word="Present" />
            ) : (
              <StateMark shape="warn" word="Missing" />
            )}
            <span className="tn">{observation.snapshotTag ?? 'not a snapshot'}</span>
            <span className="sp" />
            <span className="why tn nw">
              {plural(observation.fileCount, 'file')}, {formatBytes(observation.sizeBytes)}
            </span>
          </div>
          <div className="why">
            <Copyable text={observation.path} label="folder" />
          </div>
          <div className="why tn">Read {formatExact(observation.observedAt)}</div>
        </li>
      ))}
    </ul>
  );
}

function Attempts({ run }: { readonly run: RunDetail }): ReactNode {
  const nowMs = useNow(60_000);
  return (
    <ul className="lines">
      {run.attempts.map((attempt, index) => (
        // Attempts have no name of their own and are listed in the order in which they ran.
        <li key={index}>
          <div className="row">
            <span className="w5">
              {index + 1}.{' '}
              {attempt.mode === 'fresh' ? 'Fresh' : attempt.mode === 'resume' ? 'Resumed' : 'Fresh or resumed'}
            </span>
            {attempt.mode === 'unknown' ? <Unknown because="the log does not say which" /> : null}
            <span className="sp" />
            <span className="why tn nw">
              {attempt.startedAt === null
                ? 'start not recorded'
                : attempt.finishedAt === null
                  ? formatMoment(attempt.startedAt, nowMs)
                  : formatSpan(attempt.startedAt, attempt.finishedAt)}
            </span>
          </div>
          <div className="why wrap-any">
            {attempt.endedBy}
            {attempt.logPath === null ? '' : `, ${attempt.logPath}`}
          </div>
        </li>
      ))}
    </ul>
  );
}

function Headline({ run }: { readonly run: RunDetail }): ReactNode {
  return (
    <table className="tight">
      <tbody>
        {run.headline.map((figure) => (
          <tr key={`${figure.name} ${figure.stageKey ?? ''}`} title={figure.note ?? undefined}>
            <td>
              {figure.name}
              {figure.stageKey === null ? null : <span className="t3">, {stageNames(figure.stageKey).short}</span>}
              {figure.note === null ? null : <div className="why note">{figure.note}</div>}
            </td>
            <td className="num">{figure.value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Beside the clips: gates, figures, prompts, decisions, where the run was seen. */
export function RunSide({
  run,
  depth,
  onStage,
  isOverSeveral,
}: {
  readonly run: RunDetail;
  readonly depth: Depth;
  readonly onStage: (stage: { readonly key: string; readonly facilityId: string | null }) => void;
  /** The run has several facilities: a gate then names its own. */
  readonly isOverSeveral: boolean;
}): ReactNode {
  const observed = new Set(run.problems.map((problem) => `${problem.path} ${problem.code}`));
  const further = run.observations
    .flatMap((observation) => observation.problems)
    .filter((problem) => !observed.has(`${problem.path} ${problem.code}`));
  const problems = [...run.problems, ...further];
  return (
    <aside className="runside scroll" aria-label="Gates, figures, prompts and decisions" tabIndex={0}>
      <GateTable gates={run.gateList} onStage={onStage} namesFacility={isOverSeveral} />
      <DepthSection runId={run.id} depth={depth} />
      <RunDecisions runId={run.id} />
      {run.headline.length === 0 ? null : (
        <Section title="Figures">
          <Headline run={run} />
        </Section>
      )}
      <Section title="Known failures" note="its logs beside the memory">
        <RunIncidents runId={run.id} />
      </Section>
      <Section title="Prompts" note="origin is inferred">
        <Prompts prompts={run.prompts} />
      </Section>
      {problems.length === 0 ? null : (
        <Section title="Problems" note={plural(problems.length, 'problem')}>
          <ProblemList problems={problems} />
        </Section>
      )}
      <Section title="Attempts" note={plural(run.attempts.length, 'attempt')}>
        {run.attempts.length === 0 ? <p className="why">No attempt was recorded</p> : <Attempts run={run} />}
      </Section>
      <Section title="Seen in" note={plural(run.observationCount, 'place')}>
        <Observations observations={run.observations} />
      </Section>
      {run.carryOver.length === 0 ? null : (
        <Section title="Carried over" note="copies made by hand, never current">
          <ul className="lines mono s11 t2">
            {run.carryOver.map((folder) => (
              <li key={folder}>{folder}</li>
            ))}
          </ul>
        </Section>
      )}
    </aside>
  );
}
