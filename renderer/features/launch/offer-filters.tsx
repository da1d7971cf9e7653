import { ChevronDown } from 'lucide-react';
import type { FormEvent, ReactNode } from 'react';
import { useRoomQuery } from '../../client/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { formatAgo } from '../../ui/format.ts';
import { Menu, MenuChoice } from '../../ui/menu.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { useNow } from '../../ui/use-now.ts';
import { faultOf, faultOfCountries, figures, type FigureName, type FilterDraft } from './filters.ts';
import { changeDraft } from './launch-store.ts';

function Filter({
  id,
  label,
  fault,
  value,
  width,
  onValue,
}: {
  readonly id: string;
  readonly label: string;
  readonly fault: string | null;
  readonly value: string;
  readonly width: number;
  readonly onValue: (value: string) => void;
}): ReactNode {
  return (
    <div className="filter" style={{ width }}>
      <label htmlFor={id}>{label}</label>
      <div className="field">
        <input
          id={id}
          className="tn"
          inputMode={id === 'filter-countries' ? 'text' : 'decimal'}
          spellCheck={false}
          autoComplete="off"
          placeholder="any"
          value={value}
          aria-invalid={fault !== null}
          aria-describedby={fault === null ? undefined : `${id}-fault`}
          onChange={(event) => onValue(event.target.value)}
        />
      </div>
      {fault === null ? null : (
        <span id={`${id}-fault`} className="fault" role="alert">
          {fault}
        </span>
      )}
    </div>
  );
}

/** Names on the market and those of the draft, each once. */
function GpuMenu({ chosen }: { readonly chosen: readonly string[] }): ReactNode {
  const market = useRoomQuery('offers.gpuNames', {});
  const names = [...new Set([...chosen, ...(market.data?.items ?? [])])].toSorted();
  const word =
    chosen.length === 0 ? 'Any' : chosen.length === 1 ? chosen[0] : `${chosen[0] ?? ''} or ${chosen.length - 1} more`;
  const toggle = (name: string): void =>
    changeDraft({ gpuNames: chosen.includes(name) ? chosen.filter((it) => it !== name) : [...chosen, name] });
  return (
    <div className="filter">
      <span className="caption" aria-hidden="true">
        GPU
      </span>
      <Menu
        label="GPU"
        button={
          <>
            <span className="sr">GPU: </span>
            <span className="trunc" title={chosen.join(', ')}>
              {word}
            </span>
            <ChevronDown className="icon" aria-hidden="true" />
          </>
        }
      >
        <MenuChoice checked={chosen.length === 0} onToggle={() => changeDraft({ gpuNames: [] })}>
          Any
        </MenuChoice>
        {names.map((name) => (
          <MenuChoice key={name} checked={chosen.includes(name)} onToggle={() => toggle(name)}>
            {name}
          </MenuChoice>
        ))}
      </Menu>
    </div>
  );
}

const widths: Readonly<Record<FigureName, number>> = {
  gpuCount: 56,
  maxPricePerHourUsd: 72,
  minReliabilityPercent: 84,
  diskGb: 72,
  minDownloadMbitPerSecond: 96,
  minDurationHours: 78,
};

function SearchAge({ at, isChanged }: { readonly at: string; readonly isChanged: boolean }): ReactNode {
  const nowMs = useNow();
  return (
    <span className="why tn">
      searched {formatAgo(Date.parse(at), nowMs)}
      {isChanged ? ', with other filters' : ''}
    </span>
  );
}

/** What is searched for. Nothing is sent until the search is started: they are few a minute. */
export function OfferFilters({
  draft,
  isChanged,
  searchedAt,
  why,
  onSearch,
}: {
  readonly draft: FilterDraft;
  /** Something was changed since the search that is shown. */
  readonly isChanged: boolean;
  /** When the offers that are shown were read; null before the first. */
  readonly searchedAt: string | null;
  /** Why no search can be started now; null when one can. */
  readonly why: string | null;
  readonly onSearch: () => void;
}): ReactNode {
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (why === null) onSearch();
  };
  const names = Object.keys(figures) as FigureName[];
  return (
    <form className="offerfilters" aria-label="What is searched for" onSubmit={submit}>
      <GpuMenu chosen={draft.gpuNames} />
      {names.map((name) => (
        <Filter
          key={name}
          id={`filter-${name}`}
          label={figures[name].label}
          width={widths[name]}
          fault={faultOf(name, draft[name])}
          value={draft[name]}
          onValue={(value) => changeDraft({ [name]: value })}
        />
      ))}
      <Filter
        id="filter-countries"
        label="Countries"
        width={84}
        fault={faultOfCountries(draft.countries)}
        value={draft.countries}
        onValue={(countries) => changeDraft({ countries })}
      />
      <div className="filter">
        <span className="caption" aria-hidden="true">
          Rented
        </span>
        <Segmented
          label="Rented"
          value={draft.kind}
          onChange={(kind) => changeDraft({ kind })}
          options={[
            { value: 'on_demand', label: 'On demand' },
            { value: 'interruptible', label: 'Interruptible' },
          ]}
        />
      </div>
      <label className="tickbox">
        <input
          type="checkbox"
          checked={draft.verifiedOnly}
          onChange={(event) => changeDraft({ verifiedOnly: event.target.checked })}
        />
        Verified hosts only
      </label>
      <div className="searchrow">
        <Button isSubmit disabled={why !== null} title={why ?? undefined}>
          {isChanged ? 'Search' : 'Search again'}
        </Button>
        {searchedAt === null ? null : <SearchAge at={searchedAt} isChanged={isChanged} />}
      </div>
    </form>
  );
}
