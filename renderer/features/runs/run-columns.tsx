import { createColumnHelper, tableFeatures } from '@tanstack/react-table';
import type { RunListItem } from '#shared/model/run.ts';
import type { RunSort } from './runs-store.ts';
import { formatBytes, formatDuration, formatMoment } from '../../ui/format.ts';
import { Middle } from '../../ui/middle.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { StageStrip } from '../../ui/stage-strip.tsx';
import { Unknown } from '../../ui/tag.tsx';
import { Verdict } from '../../ui/verdict.tsx';

export const runTableFeatures = tableFeatures({});
const helper = createColumnHelper<typeof runTableFeatures, RunListItem>();

export type ColumnLook = {
  /** Grid track. */
  readonly width: string;
  /** Grid track while the table is narrow (`narrowPx`). */
  readonly narrow?: string;
  /** Shown from this table width on; what is left out is in the peek panel. */
  readonly fromPx: number;
  readonly isNumber: boolean;
  readonly sort: RunSort | null;
  /** A first press on the head sorts this way: names from A, figures and times from the top. */
  readonly firstDescending: boolean;
};

/** Below this width of the table the strip and the names are narrower, so that every figure stays. */
export const narrowPx = 1174;

export const columnLooks: Record<string, ColumnLook> = {
  name: {
    width: 'minmax(176px, 2fr)',
    narrow: 'minmax(178px, 2fr)',
    fromPx: 0,
    isNumber: false,
    sort: 'name',
    firstDescending: false,
  },
  facility: { width: 'minmax(94px, 1fr)', fromPx: 1020, isNumber: false, sort: null, firstDescending: false },
  status: {
    width: 'minmax(116px, 0.8fr)',
    narrow: '112px',
    fromPx: 0,
    isNumber: false,
    sort: 'status',
    firstDescending: false,
  },
  gates: {
    width: 'minmax(150px, 0.9fr)',
    narrow: '134px',
    fromPx: 0,
    isNumber: false,
    sort: 'gates',
    firstDescending: false,
  },
  provenance: {
    width: 'minmax(150px, 0.8fr)',
    narrow: '136px',
    fromPx: 0,
    isNumber: false,
    sort: 'provenance',
    firstDescending: false,
  },
  stages: { width: '236px', narrow: '138px', fromPx: 0, isNumber: false, sort: null, firstDescending: false },
  clips: { width: '50px', narrow: '40px', fromPx: 0, isNumber: true, sort: 'clipCount', firstDescending: true },
  started: { width: '96px', narrow: '90px', fromPx: 0, isNumber: false, sort: 'startedAt', firstDescending: true },
  elapsed: { width: '86px', narrow: '76px', fromPx: 0, isNumber: true, sort: 'elapsedSeconds', firstDescending: true },
  size: { width: '80px', fromPx: 1350, isNumber: true, sort: 'sizeBytes', firstDescending: true },
  seen: { width: '96px', fromPx: 1270, isNumber: false, sort: 'lastSeenAt', firstDescending: true },
  snapshots: { width: '66px', fromPx: 1416, isNumber: true, sort: null, firstDescending: false },
};

/** `nowMs` decides how a moment is written; it changes once a minute. */
export function createRunColumns(nowMs: number) {
  return helper.columns([
    helper.accessor('name', {
      id: 'name',
      header: 'Run',
      cell: ({ row: { original: run } }) => (
        <span className="w5 row">
          <Middle text={run.name} />
        </span>
      ),
    }),
    helper.accessor((run) => run.facilityIds.join(', '), {
      id: 'facility',
      header: 'Facility',
      cell: ({ row: { original: run } }) =>
        run.facilityIds.length === 0 ? (
          <Unknown because="No facility folder was found" quiet />
        ) : (
          <span className="t2 trunc" title={run.facilityIds.join(', ')}>
            {run.facilityIds.join(', ')}
          </span>
        ),
    }),
    helper.accessor('status', {
      id: 'status',
      header: 'Status',
      cell: ({ row: { original: run } }) => (
        <Verdict fact={{ of: 'status', state: run.status, label: run.labels.status }} />
      ),
    }),
    helper.accessor('gates', {
      id: 'gates',
      header: 'Gates',
      cell: ({ row: { original: run } }) => (
        <Verdict fact={{ of: 'gates', state: run.gates, label: run.labels.gates }} />
      ),
    }),
    helper.accessor('provenance', {
      id: 'provenance',
      header: 'Provenance',
      cell: ({ row: { original: run } }) => (
        <Verdict fact={{ of: 'provenance', state: run.provenance, label: run.labels.provenance }} />
      ),
    }),
    helper.display({
      id: 'stages',
      header: 'Stages S0 to S7',
      cell: ({ row }) => <StageStrip cells={row.original.stageCells} />,
    }),
    helper.accessor('clipCount', {
      id: 'clips',
      header: 'Clips',
      cell: ({ row: { original: run } }) =>
        run.clipCount === null ? <Unknown because="Clips were not counted" quiet /> : run.clipCount,
    }),
    helper.accessor('startedAt', {
      id: 'started',
      header: 'Started',
      cell: ({ row: { original: run } }) =>
        run.startedAt === null ? (
          <Unknown because="No log or result tells when it started" quiet />
        ) : (
          <span className="tn">{formatMoment(run.startedAt, nowMs)}</span>
        ),
    }),
    helper.accessor('elapsedSeconds', {
      id: 'elapsed',
      header: 'Elapsed',
      cell: ({ row: { original: run } }) =>
        run.elapsedSeconds === null ? (
          <Unknown because="Start or end is not known" quiet />
        ) : (
          formatDuration(run.elapsedSeconds)
        ),
    }),
    helper.accessor('sizeBytes', {
      id: 'size',
      header: 'Size',
      cell: ({ row: { original: run } }) =>
        run.sizeBytes === null ? <Unknown because="Size was not read" quiet /> : formatBytes(run.sizeBytes),
    }),
    helper.accessor('lastSeenAt', {
      id: 'seen',
      header: 'Last seen',
      cell: ({ row: { original: run } }) =>
        run.filesMissing ? (
          <span
            title={`Folder not reachable. Last seen ${run.lastSeenAt}${run.snapshotTag === null ? '' : ` in snapshot ${run.snapshotTag}`}`}
          >
            <StateMark shape="warn" word="Missing" />
          </span>
        ) : (
          <span
            className="tn t2"
            title={run.snapshotTag === null ? 'Not from a snapshot' : `Snapshot ${run.snapshotTag}`}
          >
            {formatMoment(run.lastSeenAt, nowMs)}
          </span>
        ),
    }),
    helper.accessor('observationCount', {
      id: 'snapshots',
      header: 'Seen in',
      cell: ({ row: { original: run } }) => run.observationCount,
    }),
  ]);
}
