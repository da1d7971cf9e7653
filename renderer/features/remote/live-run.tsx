import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { RunFollow } from '#shared/model/remote-run.ts';
import { isStepOver, type RemoteStep } from '#shared/model/step.ts';
import { useRoomQuery } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { formatDuration, formatPercent, formatMoney, plural } from '../../ui/format.ts';
import { ErrorState } from '../../ui/notices.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { StateMark, type StateShape } from '../../ui/state-mark.tsx';

const stageShapes: Readonly<Record<RunFollow['stages'][number]['state'], StateShape>> = {
  running: 'running',
  success: 'ok',
  failed: 'fail',
  skipped: 'off',
  reused: 'off',
};
const pulses: Readonly<Record<RunFollow['pulse'], { readonly shape: StateShape; readonly word: string }>> = {
  writing: { shape: 'running', word: 'Writing' },
  silent: { shape: 'running', word: 'Silent, at work' },
  stalled: { shape: 'fail', word: 'Stalled' },
  not_known: { shape: 'unknown', word: 'Not known' },
  over: { shape: 'off', word: 'Over' },
};

/** A run as its log tells it, and the machine where the log is silent. */
export function LiveRun({ step }: { readonly step: RemoteStep }): ReactNode {
  const isOver = isStepOver(step.state);
  const [shown, setShown] = useState<'all' | 'errors'>('all');
  const follow = useRoomQuery(
    'remote.follow',
    { id: step.id, ask: !isOver },
    { keepPrevious: true, ...(isOver ? {} : { refetchIntervalMs: 5000 }) },
  );
  if (follow.data === undefined)
    return follow.error === null ? (
      <p className="why remote-pad">Reading the run</p>
    ) : (
      <ErrorState
        title="The run could not be followed"
        error={follow.error}
        actions={<Button onClick={() => void follow.refetch()}>Read again</Button>}
      />
    );
  const { stages, lines, pulse, pulseWords, activity, incidents, errorCount, forecast } = follow.data;
  const isLoud = (level: string): boolean => level === 'ERROR' || level === 'CRITICAL';
  return (
    <section className="remote-live" aria-label="Live run" data-testid="live-run">
      <ol className="remote-stages" aria-label="Stages">
        {stages.map((stage) => (
          <li key={`${stage.key} ${stage.startedAt ?? ''}`} title={stage.detail}>
            <StateMark shape={stageShapes[stage.state]} word={stage.key} />
            <span className="why tn">
              {stage.state}
              {stage.seconds === null ? '' : `, ${formatDuration(Math.round(stage.seconds))}`}
            </span>
          </li>
        ))}
        {stages.length === 0 ? <li className="why">No stage has begun</li> : null}
      </ol>
      <div className="row remote-pad">
        <StateMark {...pulses[pulse]} />
        <span className="t2 trunc" title={pulseWords}>
          {pulseWords}
        </span>
        {activity === null || activity.gpuPercent === null ? null : (
          <span className="why tn nw">GPU {formatPercent(activity.gpuPercent, 100)}</span>
        )}
        <span className="sp" />
        <Segmented
          label="Lines shown"
          size="small"
          value={shown}
          onChange={setShown}
          options={[
            { value: 'all', label: 'All' },
            { value: 'errors', label: plural(errorCount, 'error') },
          ]}
        />
      </div>
      {forecast === null ? null : <Forecast forecast={forecast} isOver={isOver} />}
      {incidents.length === 0 ? null : (
        <ul className="remote-pad" aria-label="Known failures">
          {incidents.map(({ id, title }) => (
            <li key={id}>
              <StateMark shape="fail" word="Known" />{' '}
              <Link className="link" href={addressOf.incident(id)}>
                this is incident {id}: {title}
              </Link>
            </li>
          ))}
        </ul>
      )}
      <ol className="log remote-lines" tabIndex={0} aria-label="Lines of the run" data-testid="run-lines">
        {lines
          .filter(({ level }) => shown === 'all' || isLoud(level))
          .map((line, index) => (
            // Lines have no id, and equal ones may follow each other.
            <li key={index} className={classes(isLoud(line.level) && 'fail', line.level === 'WARNING' && 'warn')}>
              <span className="t3">{line.stageKey ?? ''}</span>
              <span className="wrap-any">{line.text}</span>
            </li>
          ))}
      </ol>
      {activity === null || activity.consoleTail.length === 0 ? null : (
        <details className="remote-pad">
          <summary>console.log of Cosmos, its end</summary>
          <pre className="log">{activity.consoleTail.join('\n')}</pre>
        </details>
      )}
    </section>
  );
}

/** What the run has cost and still takes. What can not be told is said to be unknown. */
function Forecast({
  forecast: { spentUsd, totalUsd, secondsLeft, words },
  isOver,
}: {
  readonly forecast: NonNullable<RunFollow['forecast']>;
  readonly isOver: boolean;
}): ReactNode {
  return (
    <dl className="remote-forecast">
      <div>
        <dt>Spent {isOver ? 'by this run' : 'so far'}</dt>
        <dd className="tn">{spentUsd === null ? 'unknown' : formatMoney(spentUsd)}</dd>
      </div>
      {isOver ? null : (
        <>
          <div>
            <dt>In all</dt>
            <dd className="tn">{totalUsd === null ? 'unknown' : `about ${formatMoney(totalUsd)}`}</dd>
          </div>
          <div>
            <dt>Left</dt>
            <dd className="tn">{secondsLeft === null ? 'unknown' : `about ${formatDuration(secondsLeft)}`}</dd>
          </div>
          <div className="why">{words}</div>
        </>
      )}
    </dl>
  );
}
