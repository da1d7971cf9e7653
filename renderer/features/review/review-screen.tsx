import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import type { TriageItem } from '#shared/contract/triage.ts';
import { triageKinds } from '#shared/rules/triage.ts';
import { useConnection, useRoom, useRoomQuery } from '../../client/hooks.ts';
import { useCommands } from '../../shell/commands.ts';
import { useFooterNote } from '../../shell/footer.tsx';
import { addressOf } from '../../shell/links.ts';
import { useScreenTitle } from '../../shell/use-screen.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { formatCount, plural } from '../../ui/format.ts';
import { EmptyState, ErrorState, Reading, StaleNote } from '../../ui/notices.tsx';
import { showError, showToast } from '../../ui/toast-store.ts';
import { useNow } from '../../ui/use-now.ts';
import { ReviewDetail } from './review-detail.tsx';
import { ReviewList } from './review-list.tsx';
import { setReviewView, useReviewView } from './review-store.ts';
import { keyOf, reasonNames } from './review-words.ts';
import { useVerdicts, type Verdict } from './use-verdicts.ts';
import './review.css';

const mostItems = 500;

export function ReviewScreen(): ReactNode {
  useScreenTitle('Review');
  const { call } = useRoom();
  const [, navigate] = useLocation();
  const isCut = useConnection().kind !== 'open';
  const nowMs = useNow(60_000);
  const { kind, selectedKey } = useReviewView();
  const list = useRoomQuery(
    'triage.list',
    { limit: mostItems, ...(kind === null ? {} : { kinds: [kind] }) },
    { keepPrevious: true },
  );
  const record = useVerdicts();
  const items = list.data?.items ?? [];
  const index = Math.max(
    0,
    items.findIndex((item) => keyOf(item) === selectedKey),
  );
  const selected = items[index] ?? null;

  const select = (at: number): void => {
    const item = items[Math.min(items.length - 1, Math.max(0, at))];
    if (item !== undefined) setReviewView({ selectedKey: keyOf(item) });
  };
  const open = (item: TriageItem): void =>
    navigate(item.clipId === null ? addressOf.run(item.runId) : addressOf.clip(item.clipId));
  const say = (verdict: Verdict): void => {
    if (selected === null || isCut) return;
    // What was judged leaves the list: the next one takes its place.
    const next = items[index + 1] ?? items[index - 1] ?? null;
    const nextKey = next === null ? null : keyOf(next);
    void record(selected, verdict).then((isRecorded) => {
      if (isRecorded) setReviewView({ selectedKey: nextKey });
    });
  };
  const checkDepth = (): void => {
    if (selected === null || selected.clipId === null || selected.role !== 'enriched' || isCut) return;
    call('orientation.check', { clipId: selected.clipId }).then(
      ({ jobId }) =>
        showToast({
          shape: 'running',
          title: 'Checking its depth',
          action: { label: 'Job', run: () => navigate(addressOf.job(jobId)) },
        }),
      (thrown: unknown) => showError('Not checked', thrown),
    );
  };

  useFooterNote(
    list.data === undefined
      ? null
      : `${formatCount(list.data.matchCount)} of ${formatCount(list.data.totalCount)} waiting shown`,
  );
  useCommands('Review', [
    {
      id: 'down',
      title: 'Next',
      keyCaps: ['↓'],
      bindings: ['ArrowDown', 'j'],
      inPalette: false,
      run: () => select(index + 1),
    },
    {
      id: 'up',
      title: 'Previous',
      keyCaps: ['↑'],
      bindings: ['ArrowUp', 'k'],
      inPalette: false,
      run: () => select(index - 1),
    },
    {
      id: 'open',
      title: 'Open what is chosen',
      keyCaps: ['⏎'],
      bindings: ['Enter'],
      footer: 'open',
      run: () => selected !== null && open(selected),
    },
    { id: 'accept', title: 'Accept', keyCaps: ['A'], bindings: ['a'], footer: 'accept', run: () => say('accepted') },
    { id: 'reject', title: 'Reject', keyCaps: ['X'], bindings: ['x'], footer: 'reject', run: () => say('rejected') },
    { id: 'unsure', title: 'Unsure', keyCaps: ['U'], bindings: ['u'], footer: 'unsure', run: () => say('unsure') },
    { id: 'depth', title: 'Check its depth', keyCaps: ['D'], bindings: ['d'], footer: 'check depth', run: checkDepth },
    {
      id: 'compare',
      title: 'Compare the chosen clip',
      keyCaps: ['C'],
      bindings: ['c'],
      footer: 'compare',
      run: () => {
        if (selected?.clipId !== undefined && selected.clipId !== null) navigate(addressOf.compare(selected.clipId));
      },
    },
  ]);

  const { data } = list;
  return (
    <div className="screen">
      <div className="bar">
        <h1>Review</h1>
        <span className="t3 tn trunc">
          {data === undefined
            ? ''
            : data.matchCount > items.length
              ? `${formatCount(data.matchCount)} wait, the first ${items.length} shown`
              : `${plural(data.matchCount, 'item')} ${data.matchCount === 1 ? 'waits' : 'wait'}`}
        </span>
        <StaleNote error={data === undefined ? null : list.error} readAtMs={list.dataUpdatedAt} nowMs={nowMs} />
      </div>
      {data === undefined || data.totalCount === 0 ? null : (
        <div className="bar reviewfilters" role="group" aria-label="Why it waits">
          <Chip isSet={kind === null} count={data.totalCount} onClick={() => setReviewView({ kind: null })}>
            Everything
          </Chip>
          {triageKinds
            .filter((each) => each === kind || data.counts[each] > 0)
            .map((each) => (
              <Chip
                key={each}
                isSet={kind === each}
                count={data.counts[each]}
                onClick={() => setReviewView({ kind: kind === each ? null : each })}
              >
                {reasonNames[each]}
              </Chip>
            ))}
        </div>
      )}
      {data === undefined ? (
        list.error === null ? (
          <Reading what="Reading what waits" />
        ) : (
          <ErrorState
            title="What waits could not be read"
            error={list.error}
            actions={<Button onClick={() => void list.refetch()}>Read again</Button>}
          />
        )
      ) : items.length === 0 ? (
        <EmptyState
          lead={data.totalCount === 0 ? 'Nothing waits for a reviewer.' : 'Nothing waits for this reason.'}
          actions={
            data.totalCount === 0 ? (
              <Link className="btn" href={addressOf.runs}>
                Open Runs
              </Link>
            ) : (
              <Button onClick={() => setReviewView({ kind: null })}>Show everything</Button>
            )
          }
        >
          Clips come here whose depth is unchecked or wrong, whose manifest row is flagged, whose prompt is built in,
          which look little like their input, or which changed after their verdict; and runs with failed gates.
        </EmptyState>
      ) : (
        <div className="reviewsplit">
          <ReviewList
            items={items}
            selectedKey={selected === null ? null : keyOf(selected)}
            nowMs={nowMs}
            onSelect={(key) => setReviewView({ selectedKey: key })}
            onOpen={open}
          />
          {selected === null ? null : (
            <ReviewDetail
              key={keyOf(selected)}
              item={selected}
              isCut={isCut}
              onVerdict={say}
              onCheckDepth={checkDepth}
            />
          )}
        </div>
      )}
    </div>
  );
}

function Chip({
  isSet,
  count,
  onClick,
  children,
}: {
  readonly isSet: boolean;
  readonly count: number;
  readonly onClick: () => void;
  readonly children: string;
}): ReactNode {
  return (
    <button type="button" className={classes('chip', isSet && 'set')} aria-pressed={isSet} onClick={onClick}>
      {children} <b className="tn">{formatCount(count)}</b>
    </button>
  );
}
