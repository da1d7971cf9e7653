import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronsDown, ListFilter, OctagonX } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { LogFile, RunDetail, Stage } from '#shared/model/run.ts';
import { stageNames } from '#shared/model/stages.ts';
import { useRoom } from '../../client/hooks.ts';
import { useCommands } from '../../shell/commands.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { SearchField } from '../../ui/field.tsx';
import { formatCount, plural } from '../../ui/format.ts';
import { Menu, MenuChoice } from '../../ui/menu.tsx';
import { Middle } from '../../ui/middle.tsx';
import { ErrorState } from '../../ui/notices.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { showError } from '../../ui/toast-store.ts';
import { useDebounced } from '../../ui/use-debounced.ts';
import { LogRow } from './log-row.tsx';
import { levelsOf, setLogView, useLogView } from './run-store.ts';
import { useLogPages, type LogFilter } from './use-log-pages.ts';

const rowPx = 18;
const typingMs = 180;
const errorLevels = ['ERROR', 'CRITICAL'] as const;

/** A log line that an address points at. */
export type LogTarget = { readonly logId: string; readonly line: number };

function LogMenu({
  logs,
  log,
  onLog,
}: {
  readonly logs: readonly LogFile[];
  readonly log: LogFile;
  readonly onLog: (id: string) => void;
}): ReactNode {
  if (logs.length === 1) return <span className="mono s11 t2 trunc">{log.path}</span>;
  return (
    <Menu
      label={`Log file: ${log.path}`}
      buttonClass="chip"
      button={
        <b className="mono">
          <Middle text={log.path} />
        </b>
      }
    >
      {logs.map((each) => (
        <MenuChoice
          key={each.id}
          single
          checked={each.id === log.id}
          onToggle={() => onLog(each.id)}
          end={plural(each.lineCount, 'line')}
        >
          <span className="mono trunc">{each.path}</span>
        </MenuChoice>
      ))}
    </Menu>
  );
}

/** A log as pages from the room: any length, any place in it. */
function LogLines({
  log,
  menu,
  stage,
  target,
}: {
  readonly menu: ReactNode;
  readonly log: LogFile;
  readonly stage: Stage | null;
  readonly target: LogTarget | null;
}): ReactNode {
  const { call } = useRoom();
  const view = useLogView();
  const stageKey = stage?.key ?? null;
  const text = useDebounced(view.text, typingMs);
  const scrollRef = useRef<HTMLDivElement>(null);
  const searchRef = useRef<HTMLInputElement>(null);
  const [range, setRange] = useState({ first: 0, last: 60 });
  const [litLine, setLitLine] = useState<number | null>(target?.line ?? null);
  const levels = levelsOf[view.levels];
  const filter: LogFilter = {
    id: log.id,
    ...(levels === null ? {} : { levels: [...levels] }),
    ...(view.followsStage && stageKey !== null ? { stageKey } : {}),
    ...(text.trim() === '' ? {} : { text: text.trim() }),
  };
  const pages = useLogPages(filter, range.first, range.last);
  const count = pages.matchCount ?? 0;
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => rowPx,
    overscan: 30,
    onChange: (instance) => {
      const items = instance.getVirtualItems();
      const first = items[0]?.index ?? 0;
      const last = items.at(-1)?.index ?? 0;
      setRange((old) => (old.first === first && old.last === last ? old : { first, last }));
    },
  });

  const goToLine = (line: number): void => {
    // Without a filter the lines of the file and of the list are the same.
    setLogView({ levels: 'all', text: '', followsStage: false });
    setLitLine(line);
  };
  const isWhole = levels === null && text.trim() === '' && !(view.followsStage && stageKey !== null);
  useEffect(() => {
    if (litLine !== null && isWhole && count > 0)
      virtualizer.scrollToIndex(Math.min(count, litLine) - 1, { align: 'center' });
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [litLine, isWhole, count]);

  // An opened stage brings the log to where it speaks of it: to its error when it failed, else to its first line.
  useEffect(() => {
    if (stage === null || stage.status === 'not_reached' || target !== null || !isWhole) return undefined;
    let isCurrent = true;
    const onlyErrors = stage.status === 'failed' ? { levels: [...errorLevels] } : {};
    call('logs.read', { id: log.id, stageKey: stage.key, limit: 1000, ...onlyErrors }).then(
      ({ items }) => {
        const own = items.find((line) => stage.startedAt === null || line.at === null || line.at >= stage.startedAt);
        if (isCurrent && own !== undefined) setLitLine(own.line);
      },
      // The log stays where it is; that it can not be read is said above its lines.
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [stage?.key, stage?.facilityId, log.id]);

  const jumpToError = async (): Promise<void> => {
    try {
      const errors = await call('logs.read', { id: log.id, levels: [...errorLevels], limit: 1000 });
      const after = litLine ?? 0;
      const next = errors.items.find((line) => line.line > after) ?? errors.items[0];
      if (next !== undefined) goToLine(next.line);
    } catch (thrown) {
      showError('Errors not found', thrown);
    }
  };
  useCommands('Log', [
    {
      id: 'error',
      title: 'Go to the next error in the log',
      keyCaps: ['E'],
      bindings: ['e'],
      run: () => void jumpToError(),
    },
    { id: 'log', title: 'Search the log', keyCaps: ['L'], bindings: ['l'], run: () => searchRef.current?.focus() },
    {
      id: 'follow',
      title: 'Show only log lines of the open stage',
      keyCaps: ['S'],
      bindings: ['s'],
      run: () => setLogView({ followsStage: !view.followsStage }),
    },
  ]);

  return (
    <>
      <div className="sechead logtools">
        <h2>Log</h2>
        {menu}
        <span className="t3 s11 tn nw count">
          {pages.matchCount === null
            ? ''
            : count === pages.lineCount
              ? plural(count, 'line')
              : `${formatCount(count)} of ${plural(pages.lineCount ?? 0, 'line')}`}
        </span>
        <span className="sp" />
        <SearchField
          ref={searchRef}
          label="Search this log"
          keyHint="L"
          width={150}
          value={view.text}
          onValue={(value) => setLogView({ text: value })}
        />
        <Segmented
          label="Level"
          size="small"
          value={view.levels}
          onChange={(value) => setLogView({ levels: value })}
          options={[
            { value: 'all', label: 'All' },
            { value: 'warnings', label: <span className="tn">Warnings {formatCount(log.warningCount)}</span> },
            { value: 'errors', label: <span className="tn">Errors {formatCount(log.errorCount)}</span> },
          ]}
        />
        <Button
          size="small"
          aria-pressed={view.followsStage}
          disabled={stageKey === null && !view.followsStage}
          title={stageKey === null ? 'Open a stage to follow it (S)' : 'Only lines of the open stage (S)'}
          onClick={() => setLogView({ followsStage: !view.followsStage })}
        >
          <ListFilter className="icon" aria-hidden="true" />
          <span className="lbl">{stageKey === null ? 'Stage' : `Only ${stageNames(stageKey).short}`}</span>
        </Button>
        <Button
          size="small"
          disabled={log.errorCount === 0}
          title={log.errorCount === 0 ? 'No error in this log' : 'Next error (E)'}
          onClick={() => void jumpToError()}
        >
          <OctagonX className="icon" aria-hidden="true" />
          <span className="lbl">Next error</span>
        </Button>
        <Button
          size="small"
          kind="ghost"
          title="To the end"
          aria-label="To the end of the log"
          disabled={count === 0}
          onClick={() => virtualizer.scrollToIndex(count - 1)}
        >
          <ChevronsDown className="icon" aria-hidden="true" />
        </Button>
      </div>
      {pages.error !== null ? <ErrorState inline title="Log could not be read" error={pages.error} /> : null}
      {pages.matchCount === 0 && pages.error === null ? <p className="why pad">No line matches</p> : null}
      <div className="loglines scroll" ref={scrollRef} tabIndex={0} role="region" aria-label={`Lines of ${log.path}`}>
        <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
          {virtualizer.getVirtualItems().map((item) => {
            const line = pages.lineAt(item.index);
            return (
              <div
                key={item.key}
                className={classes('log', litLine !== null && line?.line === litLine && 'lit')}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                {line === null ? <span className="t3">…</span> : <LogRow line={line} words={text} />}
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}

/** The log that tells most of the run: redirected output lies at the top, and the longest of it wins. */
function mainLogOf(logs: readonly LogFile[]): LogFile | undefined {
  const atTop = logs.filter((log) => !log.path.includes('/'));
  return (atTop.length > 0 ? atTop : logs).toSorted((a, b) => b.lineCount - a.lineCount)[0];
}

export function LogViewer({
  run,
  stage,
  target,
}: {
  readonly run: RunDetail;
  readonly stage: Stage | null;
  readonly target: LogTarget | null;
}): ReactNode {
  const [logId, setLogId] = useState<string | null>(target?.logId ?? null);
  const log = run.logs.find((each) => each.id === logId) ?? mainLogOf(run.logs);
  return (
    <section className="region logs" aria-label="Log">
      {log === undefined ? (
        <>
          <div className="sechead">
            <h2>Log</h2>
          </div>
          <p className="why pad">
            No log file was found in this run. The pipeline writes none by itself; only redirected output is kept.
          </p>
        </>
      ) : (
        <>
          <LogLines
            key={log.id}
            log={log}
            menu={<LogMenu logs={run.logs} log={log} onLog={setLogId} />}
            stage={stage}
            target={target?.logId === log.id ? target : null}
          />
        </>
      )}
    </section>
  );
}
