import { useEffect, type ReactNode } from 'react';
import type { PresetView } from '#shared/model/launch-preset.ts';
import { useConnection, useRoom, useRoomQuery } from '../../client/hooks.ts';
import { useCommands } from '../../shell/commands.ts';
import { useFooterNote } from '../../shell/footer.tsx';
import { useScreenTitle } from '../../shell/use-screen.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { plural } from '../../ui/format.ts';
import { EmptyState, ErrorState, Reading, StaleNote } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { Tag } from '../../ui/tag.tsx';
import { useNow } from '../../ui/use-now.ts';
import { ConfirmSheet } from './confirm-sheet.tsx';
import { searchOf } from './filters.ts';
import { LaunchProgress } from './launch-progress.tsx';
import {
  changeDraft,
  choosePreset,
  followLaunch,
  plan as makePlan,
  search,
  searchWaitMs,
  setConfirming,
  useLaunch,
} from './launch-store.ts';
import { NoOffers } from './no-offers.tsx';
import { OfferFilters } from './offer-filters.tsx';
import { OfferTable } from './offer-table.tsx';
import { PlanPanel } from './plan-panel.tsx';
import './launch.css';

/** Why no search can be started now; null when one can. */
function useSearchHindrance(): string | null {
  const connection = useConnection();
  const { draft, isSearching, searchedAtMs } = useLaunch();
  const waitMs = searchWaitMs(searchedAtMs, useNow());
  if (connection.kind !== 'open') return 'The engine does not answer';
  if (isSearching) return 'A search is under way';
  if (draft !== null && searchOf(draft) === null) return 'A filter can not be read';
  return waitMs > 0 ? `Ten searches a minute: the next in ${Math.ceil(waitMs / 1000)} s` : null;
}

function PresetChoice({ presets }: { readonly presets: readonly PresetView[] }): ReactNode {
  const chosen = useLaunch((state) => state.preset);
  return (
    <div className="row preset">
      <label className="t3" htmlFor="launch-preset">
        Preset
      </label>
      <div className="field">
        <select
          id="launch-preset"
          value={chosen?.id ?? ''}
          onChange={(event) => {
            const next = presets.find((it) => it.id === event.target.value);
            if (next !== undefined) choosePreset(next);
          }}
        >
          {presets.map((preset) => (
            <option key={preset.id} value={preset.id}>
              {preset.title}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}

/** What the preset is for, and what nobody has proved of it. */
function PresetNote({ preset }: { readonly preset: PresetView }): ReactNode {
  return (
    <div className="presetnote">
      <span className="t2">{preset.summary}</span>
      {preset.check.length === 0 ? null : (
        <details>
          <summary>
            <StateMark
              shape="warn"
              word={`${plural(preset.check.length, 'default')} to look at before the first launch`}
            />
          </summary>
          <ul>
            {preset.check.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          <p className="why mono wrap-any">{preset.file}</p>
        </details>
      )}
    </div>
  );
}

/** The market as it was last read: offers, none, or why it could not be read. */
function Market({ onSearch, why }: { readonly onSearch: () => void; readonly why: string | null }): ReactNode {
  const { call } = useRoom();
  const { found, searchError, isSearching } = useLaunch();
  if (found === null)
    return searchError === null ? (
      <Reading what="Searching offers" />
    ) : (
      <ErrorState
        title="Offers could not be read"
        error={searchError}
        actions={
          <Button disabled={why !== null} onClick={onSearch}>
            Search again
          </Button>
        }
      />
    );
  const { value, input } = found;
  return (
    <>
      {searchError === null ? null : (
        <ErrorState
          inline
          title="The newest search failed; these offers are older"
          error={searchError}
          actions={
            <Button size="small" disabled={why !== null} onClick={onSearch}>
              Search again
            </Button>
          }
        />
      )}
      {value.items.length === 0 ? (
        <NoOffers
          words={value.words}
          without={value.without}
          onLeaveOut={(filter) => {
            changeDraft(filter);
          }}
        />
      ) : (
        <div className={classes('scroll offerscroll', isSearching && 'reading')} tabIndex={-1}>
          <OfferTable offers={value.items} isBid={input.kind === 'interruptible'} onPlan={() => void makePlan(call)} />
        </div>
      )}
    </>
  );
}

/** A launch that began in another window, or before this page was loaded, is followed again. */
function useRunningLaunch(): void {
  const running = useRoomQuery('jobs.list', { states: ['running', 'queued'], limit: 50 });
  const jobId = useLaunch((state) => state.jobId);
  const isIdle = useLaunch((state) => state.offerId === null);
  const found = running.data?.items.find((job) => job.kind === 'launch.apply')?.id ?? null;
  useEffect(() => {
    if (found !== null && jobId === null && isIdle) followLaunch(found);
  }, [found, jobId, isIdle]);
}

/** The way to a machine on one screen: preset, filters, offers, plan, the typed confirmation, and the job. */
export function LaunchScreen(): ReactNode {
  useScreenTitle('Launch');
  const { call } = useRoom();
  const presets = useRoomQuery('presets.list', {});
  const fleet = useRoomQuery('instances.list', {});
  const nowMs = useNow();
  const { preset, draft, found, offerId, plan, jobId } = useLaunch();
  const why = useSearchHindrance();
  useRunningLaunch();

  const items = presets.data?.items;
  useEffect(() => {
    const first = items?.[0];
    if (preset === null && first !== undefined) choosePreset(first);
  }, [items, preset]);

  const searchNow = (): void => {
    const input = draft === null ? null : searchOf(draft);
    if (input !== null && why === null) void search(call, input);
  };
  // A preset that is chosen is searched for at once; what is typed after it, when the person says so.
  const presetId = preset?.id ?? null;
  useEffect(() => {
    const state = useLaunch.getState();
    const input = state.draft === null ? null : searchOf(state.draft);
    const isFound = JSON.stringify(state.found?.input) === JSON.stringify(input);
    if (presetId !== null && input !== null && !isFound && searchWaitMs(state.searchedAtMs, Date.now()) === 0)
      void search(call, input);
  }, [presetId, call]);

  useCommands('Launch', [
    {
      id: 'launch.search',
      title: 'Search offers again',
      keyCaps: ['S'],
      bindings: ['s'],
      footer: 'search',
      run: searchNow,
    },
    {
      id: 'launch.plan',
      title: 'Plan the chosen offer',
      keyCaps: ['P'],
      bindings: ['p'],
      footer: 'plan',
      run: () => void makePlan(call),
    },
    {
      id: 'launch.rent',
      title: 'Rent the planned machine…',
      keyCaps: ['R'],
      bindings: ['r'],
      footer: 'rent',
      run: () => {
        const button = document.querySelector<HTMLButtonElement>('[data-testid=rent]');
        if (plan !== null && jobId === null && button?.disabled === false) setConfirming(true);
      },
    },
  ]);
  useFooterNote(
    found === null ? null : `${plural(found.value.items.length, 'offer')}${found.value.isCut ? ', more there' : ''}`,
  );

  // What stands beside one another comes at once: nothing is pushed aside.
  const isHeadRead = [presets, fleet].every((it) => it.data !== undefined || it.error !== null);
  const isChanged = found !== null && draft !== null && JSON.stringify(found.input) !== JSON.stringify(searchOf(draft));
  return (
    <div className="screen launch">
      <div className="bar">
        <h1>Launch</h1>
        {isHeadRead ? (
          <>
            {items === undefined ? null : <PresetChoice presets={items} />}
            <StaleNote
              error={items === undefined ? null : presets.error}
              readAtMs={presets.dataUpdatedAt}
              nowMs={nowMs}
            />
            {fleet.data?.source === 'simulated' ? (
              <Tag
                tone="sim"
                title={`Offers of the simulated provider at ${fleet.data.address ?? ''}: nothing is rented`}
              >
                simulated
              </Tag>
            ) : fleet.data?.address == null ? null : (
              <Tag tone="warn" title="This is not the provider’s own address">
                {fleet.data.address}
              </Tag>
            )}
          </>
        ) : null}
      </div>
      {presets.data?.problems.map((problem) => (
        <div key={`${problem.source} ${problem.file}`} className="sub">
          <StateMark shape="fail" word={`${problem.file}${problem.line === null ? '' : `, line ${problem.line}`}`} />
          <span className="t2 wrap-any">{problem.message}</span>
        </div>
      ))}
      {draft === null ? (
        presets.error === null ? (
          items?.length === 0 ? (
            <EmptyState lead="No launch preset can be used">
              A preset is a YAML file in configs/launch-presets of the workspace.
            </EmptyState>
          ) : (
            <Reading what="Reading presets" />
          )
        ) : (
          <ErrorState
            title="Presets could not be read"
            error={presets.error}
            actions={<Button onClick={() => void presets.refetch()}>Read again</Button>}
          />
        )
      ) : (
        <div className="launchsplit">
          <div className="market">
            {preset === null ? null : <PresetNote preset={preset} />}
            <OfferFilters
              draft={draft}
              isChanged={isChanged}
              searchedAt={found?.value.observedAt ?? null}
              why={why}
              onSearch={searchNow}
            />
            {why !== null && why.startsWith('Ten') ? (
              <div className="sub" role="status">
                <StateMark shape="waiting" word={why} />
              </div>
            ) : null}
            <Market onSearch={searchNow} why={why} />
          </div>
          {jobId === null ? <PlanPanel onSearch={searchNow} /> : <LaunchProgress jobId={jobId} />}
        </div>
      )}
      <ConfirmSheet />
      <span className="sr" role="status">
        {offerId === null ? '' : `Offer ${offerId} chosen`}
      </span>
    </div>
  );
}
