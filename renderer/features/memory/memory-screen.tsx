import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import type { IncidentView } from '#shared/model/incident.ts';
import { useConnection, useRoom, useRoomQuery } from '../../client/hooks.ts';
import { useCommands } from '../../shell/commands.ts';
import { useFooterNote } from '../../shell/footer.tsx';
import { addressOf } from '../../shell/links.ts';
import { useScreenTitle } from '../../shell/use-screen.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { SearchField } from '../../ui/field.tsx';
import { formatAgo, formatCount, plural } from '../../ui/format.ts';
import { Menu, MenuAction } from '../../ui/menu.tsx';
import { EmptyState, ErrorState, Reading, StaleNote } from '../../ui/notices.tsx';
import { saveText } from '../../ui/save-text.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { showError, showToast } from '../../ui/toast-store.ts';
import { useNow } from '../../ui/use-now.ts';
import { AddSheet } from './add-sheet.tsx';
import { IncidentDetail } from './incident-detail.tsx';
import { MatchSheet } from './match-sheet.tsx';
import { kindOrder, kindWords, nameOf } from './words.ts';
import './memory.css';

type OpenSheet = { readonly kind: 'match' } | { readonly kind: 'add'; readonly logLine: string } | null;

/** What went wrong before: how it looks, what guards against it now, and when that guard last ran. */
export function MemoryScreen({ incidentId }: { readonly incidentId: string | null }): ReactNode {
  useScreenTitle('Operations memory');
  const [, navigate] = useLocation();
  const { call } = useRoom();
  const isCut = useConnection().kind !== 'open';
  const nowMs = useNow(60_000);
  const list = useRoomQuery('incidents.list', {});
  const [text, setText] = useState('');
  const [sheet, setSheet] = useState<OpenSheet>(null);
  const search = useRef<HTMLInputElement>(null);
  const file = useRef<HTMLInputElement>(null);
  const all = list.data?.items ?? [];
  const items = all.filter((item) => holds(item, text));
  const chosen = all.find(({ id }) => id === incidentId) ?? null;
  useFooterNote(list.data === undefined ? null : `${items.length} of ${all.length} shown`);

  const keep = (): void => {
    call('incidents.exportMemory', {}).then(
      ({ markdown }) => saveText('OPS_MEMORY.md', markdown, 'text/markdown'),
      (thrown: unknown) => showError('Not exported', thrown),
    );
  };
  const take = async (chosenFile: File): Promise<void> => {
    try {
      const { read, added } = await call('incidents.importMemory', { text: await chosenFile.text() });
      await list.refetch();
      showToast({
        shape: 'ok',
        title: `${plural(added.length, 'entry', 'entries')} added`,
        text: `${plural(read, 'entry', 'entries')} read; those that the memory has already were left as they are.`,
      });
    } catch (thrown) {
      showError('Nothing was added', thrown);
    }
  };
  useCommands('Operations memory', [
    {
      id: 'search',
      title: 'Search the memory',
      keyCaps: ['/'],
      bindings: ['/'],
      footer: 'search',
      run: () => search.current?.focus(),
    },
    {
      id: 'move',
      title: 'Go through the incidents',
      keyCaps: ['↑', '↓'],
      footer: 'incidents',
      inPalette: false,
      run: () => document.querySelector<HTMLElement>('.memory-row')?.focus(),
    },
    {
      id: 'match',
      title: 'Hold a log against the memory…',
      keyCaps: ['L'],
      bindings: ['l'],
      footer: 'compare a log',
      run: () => setSheet({ kind: 'match' }),
    },
    {
      id: 'add',
      title: 'Add to the memory…',
      keyCaps: ['N'],
      bindings: ['n'],
      footer: 'add',
      run: () => setSheet({ kind: 'add', logLine: '' }),
    },
    { id: 'export', title: 'Save the memory as OPS_MEMORY.md', run: keep },
    { id: 'import', title: 'Take in an OPS_MEMORY.md…', run: () => file.current?.click() },
    {
      id: 'close',
      title: 'Close the incident',
      keyCaps: ['Esc'],
      bindings: ['Escape'],
      inPalette: false,
      run: () => navigate(addressOf.memory),
    },
  ]);
  return (
    <div className="screen">
      <div className="bar">
        <h1>Operations memory</h1>
        <span className="t3 tn trunc">{list.data === undefined ? '' : summaryOf(all)}</span>
        <StaleNote error={list.data === undefined ? null : list.error} readAtMs={list.dataUpdatedAt} nowMs={nowMs} />
        <span className="sp" />
        <SearchField label="Search the memory" keyHint="/" width={220} ref={search} value={text} onValue={setText} />
        <Button disabled={isCut} onClick={() => setSheet({ kind: 'match' })}>
          Compare a log…
        </Button>
        <Button disabled={isCut} onClick={() => setSheet({ kind: 'add', logLine: '' })}>
          Add…
        </Button>
        <Menu label="More" button="OPS_MEMORY.md" buttonClass="btn">
          <MenuAction onSelect={keep}>Save as OPS_MEMORY.md</MenuAction>
          <MenuAction onSelect={() => file.current?.click()}>Take in an OPS_MEMORY.md…</MenuAction>
        </Menu>
        <input
          ref={file}
          type="file"
          accept=".md,text/markdown,text/plain"
          className="sr"
          tabIndex={-1}
          aria-label="File of the memory"
          onChange={(event) => {
            const chosenFile = event.target.files?.[0];
            if (chosenFile !== undefined) void take(chosenFile);
            event.target.value = '';
          }}
        />
      </div>
      {(list.data?.problems ?? []).map((problem) => (
        <p key={`${problem.file} ${problem.message}`} className="memory-problem">
          <StateMark shape="warn" word="Not read" />{' '}
          <span className="t2">
            {problem.file}: {problem.message}
          </span>
        </p>
      ))}
      {list.data === undefined ? (
        list.error === null ? (
          <Reading what="Reading the memory" />
        ) : (
          <ErrorState
            title="The memory could not be read"
            error={list.error}
            actions={<Button onClick={() => void list.refetch()}>Read again</Button>}
          />
        )
      ) : items.length === 0 ? (
        <EmptyState
          lead={`Nothing in the memory holds “${text}”.`}
          actions={<Button onClick={() => setText('')}>Show all</Button>}
        >
          A failure that is met for the first time can be added, so that it is known the second time.
        </EmptyState>
      ) : (
        <div className={classes('memory-split', chosen !== null && 'open')}>
          <div className="scroll" tabIndex={0} role="region" aria-label="Incidents" onKeyDown={moveThrough}>
            {kindOrder.map((kind) => {
              const ofKind = items.filter((item) => item.kind === kind);
              return ofKind.length === 0 ? null : (
                <section key={kind} className="memory-kind" aria-label={kindWords[kind]}>
                  <h2>
                    {kindWords[kind]}
                    <span className="src tn">{ofKind.length}</span>
                  </h2>
                  {ofKind.map((item) => (
                    <IncidentRow key={item.id} item={item} isOpen={item.id === incidentId} nowMs={nowMs} />
                  ))}
                </section>
              );
            })}
          </div>
          {chosen === null ? null : <IncidentDetail incident={chosen} nowMs={nowMs} />}
        </div>
      )}
      {sheet?.kind === 'match' ? (
        <MatchSheet onClose={() => setSheet(null)} onAdd={(logLine) => setSheet({ kind: 'add', logLine })} />
      ) : null}
      {sheet?.kind === 'add' ? (
        <AddSheet
          logLine={sheet.logLine}
          onClose={() => setSheet(null)}
          onAdded={(id) => {
            setSheet(null);
            setText('');
            void list.refetch();
            navigate(addressOf.incident(id));
          }}
        />
      ) : null}
    </div>
  );
}

function IncidentRow({
  item,
  isOpen,
  nowMs,
}: {
  readonly item: IncidentView;
  readonly isOpen: boolean;
  readonly nowMs: number;
}): ReactNode {
  const { id, title, guard, lastProof, jobCount } = item;
  return (
    <Link
      href={isOpen ? addressOf.memory : addressOf.incident(id)}
      className={classes('memory-row', isOpen && 'sel')}
      aria-current={isOpen ? 'true' : undefined}
      data-testid="memory-row"
    >
      <span className="t3 nw">{nameOf(item)}</span>
      <span className="w5 trunc" title={title}>
        {title}
      </span>
      <span className="nw">
        {guard === null ? (
          <StateMark shape="warn" word="No guard" />
        ) : lastProof === null ? (
          <StateMark shape="off" word="Guarded" />
        ) : (
          <StateMark shape="ok" word={`Ran well ${formatAgo(Date.parse(lastProof.at), nowMs)}`} />
        )}
      </span>
      <span className="num nw">
        {jobCount === 0 ? (
          <span className="t3">not met</span>
        ) : (
          <StateMark shape="fail" word={`${formatCount(jobCount)} met`} />
        )}
      </span>
    </Link>
  );
}

function summaryOf(all: readonly IncidentView[]): string {
  const ran = all.filter(({ lastProof }) => lastProof !== null).length;
  return `${plural(all.length, 'failure')} known, guards of ${ran} ran in this workspace`;
}

function holds(item: IncidentView, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  const { symptom, cause, fix, todo, guard, title, signatures } = item;
  const signs = signatures.flatMap((it) => [it.log, it.near, it.check, it.rule]);
  return [nameOf(item), title, symptom, cause, fix, todo, guard, ...signs].some((part) =>
    (part ?? '').toLowerCase().includes(wanted),
  );
}

function moveThrough(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('.memory-row')];
  rows[rows.indexOf(document.activeElement as HTMLElement) + step]?.focus();
  event.preventDefault();
}
