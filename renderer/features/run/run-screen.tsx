import { Ellipsis, Link2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import type { RunDetail, Stage } from '#shared/model/run.ts';
import { useRoomQuery } from '../../client/hooks.ts';
import { useCommands } from '../../shell/commands.ts';
import { addressOf, copyLink } from '../../shell/links.ts';
import { useScreenTitle } from '../../shell/use-screen.ts';
import { Button } from '../../ui/button.tsx';
import { Middle } from '../../ui/middle.tsx';
import { Menu, MenuAction } from '../../ui/menu.tsx';
import { ErrorState, Reading, StaleNote } from '../../ui/notices.tsx';
import { StageBar } from '../../ui/stage-strip.tsx';
import { Tag } from '../../ui/tag.tsx';
import { useNow } from '../../ui/use-now.ts';
import { openImport } from '../import/import-store.ts';
import { useDepth } from '../orientation/use-depth.ts';
import { ClipsRegion, type ClipTab } from './clips-region.tsx';
import { LogViewer, type LogTarget } from './log-viewer.tsx';
import { PairsMenu } from './pairs-menu.tsx';
import { RunHead } from './run-head.tsx';
import { RunSide } from './run-side.tsx';
import { StageDetail } from './stage-detail.tsx';
import './run.css';

const tabs: readonly ClipTab[] = ['clips', 'sheet', 'files'];

function targetOf(query: URLSearchParams): LogTarget | null {
  const logId = query.get('log');
  const line = Number(query.get('line'));
  return logId === null || !Number.isInteger(line) || line < 1 ? null : { logId, line };
}

function RunView({ run }: { readonly run: RunDetail }): ReactNode {
  const [, navigate] = useLocation();
  const [query, setQuery] = useSearchParams();
  const stageKey = query.get('stage');
  const tab = tabs.find((each) => each === query.get('tab')) ?? 'clips';
  const facilityId = query.get('facility');
  const stage =
    run.stages.find((each) => each.key === stageKey && (facilityId === null || each.facilityId === facilityId)) ?? null;
  const isOverSeveral = new Set(run.stages.map((each) => each.facilityId).filter((id) => id !== null)).size > 1;
  const target = targetOf(query);
  const depth = useDepth(run.id);
  const set = (change: Readonly<Record<string, string | null>>): void =>
    setQuery(
      (old) => {
        const next = new URLSearchParams(old);
        for (const [name, value] of Object.entries(change)) {
          if (value === null) next.delete(name);
          else next.set(name, value);
        }
        return next;
      },
      { replace: true },
    );
  const openStage = (opened: Pick<Stage, 'key' | 'facilityId'> | null): void =>
    set({ stage: opened?.key ?? null, facility: isOverSeveral ? (opened?.facilityId ?? null) : null });
  const showTab = (next: ClipTab): void => set({ tab: next === 'clips' ? null : next });
  const step = (by: number): void => {
    const index = stage === null ? -1 : run.stages.indexOf(stage);
    const next =
      run.stages[
        index < 0 ? (by > 0 ? 0 : run.stages.length - 1) : Math.max(0, Math.min(run.stages.length - 1, index + by))
      ];
    if (next !== undefined) openStage(next);
  };
  useCommands('Run', [
    {
      id: 'previous',
      title: 'Previous stage',
      keyCaps: ['['],
      bindings: ['['],
      inPalette: false,
      footer: 'previous stage',
      run: () => step(-1),
    },
    {
      id: 'next',
      title: 'Next stage',
      keyCaps: [']'],
      bindings: [']'],
      inPalette: false,
      footer: 'next stage',
      run: () => step(1),
    },
    {
      id: 'compare',
      title: 'Compare clips of this run…',
      keyCaps: ['C'],
      bindings: ['c'],
      footer: 'compare',
      run: () => document.querySelector<HTMLElement>('[data-menu=Compare]')?.click(),
    },
    { id: 'error', title: 'Next error', keyCaps: ['E'], inPalette: false, footer: 'next error', run: () => undefined },
    { id: 'log', title: 'Log', keyCaps: ['L'], inPalette: false, footer: 'log', run: () => undefined },
    { id: 'tab.clips', title: 'Show clips by source', run: () => showTab('clips') },
    { id: 'tab.sheet', title: 'Show the contact sheet', run: () => showTab('sheet') },
    { id: 'tab.files', title: 'Show the files', run: () => showTab('files') },
    {
      id: 'back',
      title: 'Back to Runs',
      keyCaps: ['Esc'],
      bindings: ['Escape'],
      footer: 'back',
      run: () => (stage === null ? navigate(addressOf.runs) : openStage(null)),
    },
    { id: 'link', title: 'Copy the link to this run', run: () => void copyLink(addressOf.run(run.id), run.name) },
    ...run.stages.map((each) => ({
      id: `stage.${each.facilityId ?? ''}.${each.key}`,
      title: `Open stage ${each.short} ${each.name}${isOverSeveral && each.facilityId !== null ? `, ${each.facilityId}` : ''}`,
      run: () => openStage(each),
    })),
  ]);
  return (
    <>
      <RunHead run={run} depth={depth} />
      <StageBar stages={run.stages} selected={stage} onSelect={openStage} />
      <div className="two">
        <div className="col left">
          <ClipsRegion run={run} depth={depth} tab={tab} onTab={showTab} />
          <LogViewer
            key={`${run.id} ${target?.logId ?? ''} ${target?.line ?? ''}`}
            run={run}
            stage={stage}
            target={target}
          />
        </div>
        {stage === null ? (
          <RunSide run={run} depth={depth} onStage={openStage} isOverSeveral={isOverSeveral} />
        ) : (
          <StageDetail run={run} stage={stage} onClose={() => openStage(null)} />
        )}
      </div>
    </>
  );
}

export function RunScreen({ runId }: { readonly runId: string }): ReactNode {
  const run = useRoomQuery('runs.get', { id: runId });
  const [, navigate] = useLocation();
  const nowMs = useNow(60_000);
  const { data } = run;
  useScreenTitle(data === undefined ? 'Run' : data.name);
  return (
    <div className="screen">
      <div className="bar">
        <Link href={addressOf.runs} className="t3">
          Runs
        </Link>
        <span className="t3">/</span>
        <h1 className="row">{data === undefined ? 'Run' : <Middle text={data.name} />}</h1>
        {data === undefined ? null : (
          <>
            {data.isDemo ? <Tag tone="sim">demo</Tag> : null}
            <span className="t3 trunc">
              {data.facilityIds.join(', ')}
              {data.instanceId === null ? ', no instance' : `, machine ${data.instanceId}`}
            </span>
            <StaleNote error={run.error} readAtMs={run.dataUpdatedAt} nowMs={nowMs} />
            <span className="sp" />
            <PairsMenu runId={data.id} />
            <Button onClick={() => void copyLink(addressOf.run(data.id), data.name)}>
              <Link2 className="icon" aria-hidden="true" />
              Copy link
            </Button>
            <Menu
              label="More"
              isIcon
              button={<Ellipsis className="icon" aria-hidden="true" />}
              buttonClass="btn square"
            >
              <MenuAction onSelect={() => navigate(addressOf.history(data.name))}>
                Search the history for this run
              </MenuAction>
              {data.observations[0] === undefined ? null : (
                <MenuAction onSelect={() => openImport({ path: data.observations[0]?.path ?? '' })}>
                  Import its folder again…
                </MenuAction>
              )}
            </Menu>
          </>
        )}
      </div>
      {data !== undefined ? (
        <RunView run={data} />
      ) : run.error === null ? (
        <Reading what="Reading the run" />
      ) : (
        <ErrorState
          title={run.error.code === 'not_found' ? 'No run at this address' : 'Run could not be read'}
          error={run.error}
          actions={
            <>
              <Button onClick={() => void run.refetch()}>Read again</Button>
              <Button kind="ghost" onClick={() => navigate(addressOf.runs)}>
                Go to Runs
              </Button>
            </>
          }
        />
      )}
    </div>
  );
}
