import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { RunDetail, Stage } from '#shared/model/run.ts';
import type { StageStatus } from '#shared/model/run.ts';
import { addressOf, copyLink } from '../../shell/links.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Copyable } from '../../ui/copyable.tsx';
import { formatDuration, formatSpan, plural } from '../../ui/format.ts';
import { cellOfStage } from '../../ui/stage-strip.tsx';
import { stageWordOf } from '../../ui/stage-cell.ts';
import { StateMark, type StateShape } from '../../ui/state-mark.tsx';
import { Unknown } from '../../ui/tag.tsx';
import { gateMarks } from './gate-table.tsx';
import { JsonTable } from './json-table.tsx';

const shapes: Record<StageStatus, StateShape> = {
  success: 'ok',
  failed: 'fail',
  skipped: 'off',
  deferred: 'off',
  running: 'running',
  cut_off: 'warn',
  not_reached: 'waiting',
  unknown: 'unknown',
};

const mostLines = 6;
const mostCharacters = 600;

function shapeOf(stage: Stage): StateShape {
  if (stage.gateFailed) return 'fail';
  if (stage.staleBecause !== null) return 'warn';
  return shapes[stage.status];
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** What the pipeline said of a stage: a sentence, or thousands of lines that scroll in their own place. */
function Said({ text }: { readonly text: string }): ReactNode {
  if (text === '') return null;
  const lineCount = text.split('\n').length;
  if (lineCount <= mostLines && text.length <= mostCharacters) return <p className="detail wrap-any">{text}</p>;
  return (
    <>
      <pre className="detail long log" tabIndex={0} role="region" aria-label="What the stage said">
        {text}
      </pre>
      <p className="why">
        {plural(lineCount, 'line')},{' '}
        <Copyable text={text} label="detail" mono={false}>
          copy all
        </Copyable>
      </p>
    </>
  );
}

/** A stage that was left out or not reached has no time and no result: nothing is missing. */
const didNotRun: ReadonlySet<StageStatus> = new Set(['not_reached', 'skipped', 'deferred']);

function RanFacts({ stage }: { readonly stage: Stage }): ReactNode {
  return (
    <>
      <dt>Elapsed</dt>
      <dd className="tn">
        {stage.elapsedSeconds === null ? (
          <Unknown because="no result was read" />
        ) : (
          formatDuration(stage.elapsedSeconds)
        )}
      </dd>
      <dt>Ran</dt>
      <dd className="tn">
        {stage.startedAt === null || stage.finishedAt === null ? (
          <Unknown because="no log line tells" />
        ) : (
          `${formatSpan(stage.startedAt, stage.finishedAt)} UTC`
        )}
      </dd>
      <dt>Result</dt>
      <dd>
        {stage.resultPath === null ? (
          <Unknown because="known from summary or log only" />
        ) : (
          <Copyable text={stage.resultPath} label="path of the result file" />
        )}
      </dd>
      <dt>Provenance</dt>
      <dd>{stage.provenance === 'resume_corrupt' ? 'Resumed from a damaged result' : capitalised(stage.provenance)}</dd>
    </>
  );
}

/** All that is known of one stage: state, time, what it says, what it measured and made. */
export function StageDetail({
  run,
  stage,
  onClose,
}: {
  readonly run: RunDetail;
  readonly stage: Stage;
  readonly onClose: () => void;
}): ReactNode {
  const gates = run.gateList.filter(
    (gate) => gate.stageKey === stage.key && (gate.facilityId === null || gate.facilityId === stage.facilityId),
  );
  return (
    <section className="stagedetail" aria-label={`Stage ${stage.short} ${stage.name}`}>
      <header className="sechead">
        <h2>
          {stage.short} {stage.name}
        </h2>
        <span className="sp" />
        <Button
          size="small"
          kind="ghost"
          onClick={() =>
            void copyLink(
              addressOf.run(run.id, {
                stageKey: stage.key,
                ...(stage.facilityId === null || run.facilityIds.length < 2 ? {} : { facilityId: stage.facilityId }),
              }),
              `stage ${stage.short}`,
            )
          }
        >
          Copy link
        </Button>
        <IconButton label="Close the stage" keyHint="Esc" kind="ghost" size="small" onClick={onClose}>
          <X className="icon" aria-hidden="true" />
        </IconButton>
      </header>
      <div className="scroll cols" tabIndex={0} role="region" aria-label="Facts of the stage">
        <div>
          <StateMark big shape={shapeOf(stage)} word={capitalised(stageWordOf(cellOfStage(stage)))} />
          <Said text={stage.detail} />
          <dl className="kv">
            <dt>Stage</dt>
            <dd>
              <span className="mono">{stage.key}</span>
              {stage.facilityId === null ? '' : `, ${stage.facilityId}`}
            </dd>
            {didNotRun.has(stage.status) ? null : <RanFacts stage={stage} />}
            {stage.staleBecause === null ? null : (
              <>
                <dt>Stale</dt>
                <dd className="warn">{stage.staleBecause}</dd>
              </>
            )}
            {stage.errorCode === null ? null : (
              <>
                <dt>Error code</dt>
                <dd className="mono fail">{stage.errorCode}</dd>
              </>
            )}
          </dl>
          {gates.map((gate) => (
            <div key={gate.key} className="stagegate">
              <span>{gate.name}</span>
              <StateMark {...gateMarks[gate.state]} />
              <span className="why tn">{gate.measured}</span>
            </div>
          ))}
        </div>
        <JsonTable title="Metrics" value={stage.metrics} empty="No metrics were recorded" />
        <JsonTable title="Outputs" value={stage.outputs} empty="No outputs were recorded" />
      </div>
    </section>
  );
}
