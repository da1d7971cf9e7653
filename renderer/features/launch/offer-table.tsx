import { createColumnHelper, tableFeatures, useTable } from '@tanstack/react-table';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useEffect, useMemo, useRef, type KeyboardEvent, type ReactNode } from 'react';
import type { PricedOffer } from '#shared/model/offer.ts';
import { classes } from '../../ui/classes.ts';
import { formatCount } from '../../ui/format.ts';
import { Unknown } from '../../ui/tag.tsx';
import { chooseOffer, sortBy, useLaunch, type OfferSort } from './launch-store.ts';
import { formatUsd, gpuWords, hoursWords } from './offer-words.ts';
import { sortOffers } from './sort-offers.ts';

const features = tableFeatures({});
const helper = createColumnHelper<typeof features, PricedOffer>();

function Figure({
  value,
  what,
  format,
}: {
  readonly value: number | null;
  readonly what: string;
  readonly format: (value: number) => string;
}): ReactNode {
  return value === null ? <Unknown because={`the provider does not tell ${what}`} quiet /> : format(value);
}

type Look = { readonly sort: OfferSort | null; readonly isNumber: boolean; readonly className?: string };
const looks: Readonly<Record<string, Look>> = {
  gpu: { sort: 'gpu', isNumber: false },
  price: { sort: 'price', isNumber: true, className: 'w6' },
  parts: { sort: null, isNumber: true, className: 'parts t3' },
  day: { sort: null, isNumber: true },
  reliability: { sort: 'reliability', isNumber: true },
  network: { sort: 'download', isNumber: true },
  disk: { sort: null, isNumber: true, className: 'disk' },
  place: { sort: 'place', isNumber: false, className: 'place' },
  left: { sort: 'left', isNumber: true },
  host: { sort: null, isNumber: false, className: 'host t3' },
};
const lookOf = (id: string): Look => looks[id] ?? { sort: null, isNumber: false };

function columnsOf(isBid: boolean) {
  const money = (value: number | null): ReactNode => <Figure value={value} what="the price" format={formatUsd} />;
  return helper.columns([
    helper.display({
      id: 'gpu',
      header: 'GPU',
      cell: ({ row: { original: offer } }) => (
        <span className="nw">
          <span className="w5">{gpuWords(offer)}</span>{' '}
          <small className="t3">{offer.gpuRamMb === null ? '' : `${Math.round(offer.gpuRamMb / 1024)} GB`}</small>
        </span>
      ),
    }),
    helper.display({
      id: 'price',
      header: isBid ? 'From $/h' : '$/h',
      cell: ({ row }) => money(row.original.price.totalPerHourUsd),
    }),
    helper.display({
      id: 'parts',
      header: 'GPU + disk',
      cell: ({ row: { original } }) => {
        const { gpuPerHourUsd, storagePerHourUsd } = original.price;
        return gpuPerHourUsd === null || storagePerHourUsd === null
          ? ''
          : `${gpuPerHourUsd.toFixed(2)} + ${storagePerHourUsd.toFixed(storagePerHourUsd < 0.01 ? 4 : 2)}`;
      },
    }),
    helper.display({ id: 'day', header: '$/day', cell: ({ row }) => money(row.original.price.totalPerDayUsd) }),
    helper.display({
      id: 'reliability',
      header: 'Reliability',
      cell: ({ row }) => (
        <Figure
          value={row.original.reliability}
          what="the reliability"
          format={(share) => `${(share * 100).toFixed(1)} %`}
        />
      ),
    }),
    helper.display({
      id: 'network',
      header: 'Down / up, Mb/s',
      cell: ({ row: { original } }) => (
        <>
          <Figure
            value={original.downloadMbitPerSecond}
            what="the download rate"
            format={(it) => formatCount(Math.round(it))}
          />
          {' / '}
          <Figure
            value={original.uploadMbitPerSecond}
            what="the upload rate"
            format={(it) => formatCount(Math.round(it))}
          />
        </>
      ),
    }),
    helper.display({
      id: 'disk',
      header: 'Disk, GB',
      cell: ({ row }) => (
        <Figure value={row.original.diskAvailableGb} what="the disk" format={(it) => formatCount(Math.floor(it))} />
      ),
    }),
    helper.display({
      id: 'place',
      header: 'Place',
      cell: ({ row: { original } }) =>
        original.geolocation === null ? (
          <Unknown because="the provider does not tell the place" quiet />
        ) : (
          original.geolocation.replace(/^, /, '')
        ),
    }),
    helper.display({
      id: 'left',
      header: 'Rentable for',
      cell: ({ row }) => <Figure value={row.original.hoursLeft} what="how long it can be rented" format={hoursWords} />,
    }),
    helper.display({
      id: 'host',
      header: 'Host',
      cell: ({ row: { original } }) =>
        [
          original.isVerified === true ? 'verified' : original.isVerified === false ? 'not verified' : '',
          original.isDatacenter === true ? 'datacenter' : '',
        ]
          .filter((word) => word !== '')
          .join(', '),
    }),
  ]);
}

function Cell({ look, children }: { readonly look: Look; readonly children: ReactNode }): ReactNode {
  return (
    <div role="gridcell" className={classes('td', look.isNumber && 'num', look.className)}>
      {children}
    </div>
  );
}

/** The offers of the newest search as a grid. Arrow keys choose, Return plans. */
export function OfferTable({
  offers,
  isBid,
  onPlan,
}: {
  readonly offers: readonly PricedOffer[];
  readonly isBid: boolean;
  readonly onPlan: () => void;
}): ReactNode {
  const gridRef = useRef<HTMLDivElement>(null);
  const { sort, isDescending, offerId } = useLaunch();
  const columns = useMemo(() => columnsOf(isBid), [isBid]);
  const sorted = useMemo(() => sortOffers(offers, sort, isDescending), [offers, sort, isDescending]);
  const table = useTable({ features, columns, data: sorted, getRowId: (offer) => offer.id });
  const index = sorted.findIndex((offer) => offer.id === offerId);

  useEffect(() => {
    gridRef.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [offerId]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.metaKey || event.ctrlKey || event.altKey) return;
    const move = (to: number) => (): void => {
      const offer = sorted[Math.max(0, Math.min(sorted.length - 1, to))];
      if (offer !== undefined) chooseOffer(offer.id);
    };
    const acts: Readonly<Record<string, () => void>> = {
      ArrowDown: move(index + 1),
      ArrowUp: move(index < 0 ? 0 : index - 1),
      PageDown: move(index + 10),
      PageUp: move(index - 10),
      Home: move(0),
      End: move(sorted.length - 1),
      Enter: onPlan,
    };
    const act = acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };

  return (
    <div
      ref={gridRef}
      className="offers"
      role="grid"
      aria-label="Offers"
      aria-rowcount={sorted.length + 1}
      aria-activedescendant={index < 0 ? undefined : `offer-${offerId}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" className="head">
        <div role="row" className="tr" aria-rowindex={1}>
          {table.getHeaderGroups()[0]?.headers.map((header) => {
            const look = lookOf(header.column.id);
            const isSorted = look.sort === sort;
            const Arrow = isDescending ? ArrowDown : ArrowUp;
            return (
              <div
                key={header.id}
                role="columnheader"
                className={classes('th', look.isNumber && 'num', look.className)}
                aria-sort={isSorted ? (isDescending ? 'descending' : 'ascending') : undefined}
              >
                {look.sort === null ? (
                  <table.FlexRender header={header} />
                ) : (
                  <button type="button" onClick={() => look.sort !== null && sortBy(look.sort)}>
                    <table.FlexRender header={header} />
                    {isSorted ? <Arrow className="icon" aria-hidden="true" /> : null}
                  </button>
                )}
              </div>
            );
          })}
        </div>
      </div>
      <div role="rowgroup" className="body">
        {table.getRowModel().rows.map((row, at) => (
          <div
            role="row"
            key={row.id}
            id={`offer-${row.id}`}
            className={classes('tr', row.id === offerId && 'sel')}
            aria-rowindex={at + 2}
            aria-selected={row.id === offerId}
            data-testid="offer-row"
            onClick={() => {
              chooseOffer(row.id);
              gridRef.current?.focus({ preventScroll: true });
            }}
            onDoubleClick={onPlan}
          >
            {row.getAllCells().map((cell) => {
              const look = lookOf(cell.column.id);
              return (
                <Cell key={cell.column.id} look={look}>
                  <table.FlexRender cell={cell} />
                </Cell>
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}
