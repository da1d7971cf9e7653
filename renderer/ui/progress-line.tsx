import type { ReactNode } from 'react';
import type { JobProgress } from '#shared/model/job.ts';
import { formatBytes, formatCount, formatDuration, formatPercent } from './format.ts';

function amount(value: number, unit: JobProgress['unit']): string {
  return unit === 'bytes' ? formatBytes(value) : formatCount(Math.round(value));
}

/** `1.4 of 2.2 GB, 38 MB/s, 22 s left`: what is done, how fast, how long still. */
export function describeProgress(progress: JobProgress): string {
  const unit = progress.unit === 'bytes' ? '' : ` ${progress.unit}`;
  const parts = [
    progress.total === null
      ? `${amount(progress.done, progress.unit)}${unit}`
      : `${amount(progress.done, progress.unit)} of ${amount(progress.total, progress.unit)}${unit}`,
  ];
  if (progress.ratePerSecond !== null) {
    const rate =
      progress.unit === 'bytes'
        ? formatBytes(progress.ratePerSecond)
        : progress.ratePerSecond.toFixed(progress.ratePerSecond < 10 ? 1 : 0);
    parts.push(`${rate}/s`);
  }
  if (progress.etaMs !== null) parts.push(`${formatDuration(Math.max(1, Math.round(progress.etaMs / 1000)))} left`);
  return parts.join(', ');
}

/** The bar of a job; without a total there is none, because nobody knows how far it is. */
export function ProgressLine({
  progress,
  label,
}: {
  readonly progress: JobProgress;
  readonly label: string;
}): ReactNode {
  return (
    <>
      {progress.total === null ? null : (
        <div
          className="meter"
          role="progressbar"
          aria-label={label}
          aria-valuemin={0}
          aria-valuemax={progress.total}
          aria-valuenow={progress.done}
          aria-valuetext={formatPercent(progress.done, progress.total)}
        >
          <b style={{ width: formatPercent(progress.done, progress.total).replace(' ', '') }} />
        </div>
      )}
      <div className="why tn">{describeProgress(progress)}</div>
      {progress.message === '' ? null : <div className="why trunc">{progress.message}</div>}
    </>
  );
}
