import { useEffect, useState } from 'react';
import { MetricSeries, type Comparison, type MetricValues } from '../../player/index.ts';

/**
 * What is measured of each frame so far; null while it is not wanted. Values come in, frame by frame. `isWanted` once
 * the clips are decoded: what is looked at goes before what is measured.
 */
export function useMetrics(comparison: Comparison, isWanted: boolean): MetricValues | null {
  const [series, setSeries] = useState<MetricSeries | null>(null);
  const [, setCount] = useState(0);
  useEffect(() => {
    if (!isWanted) return undefined;
    let ticket: number | null = null;
    // Many values come between two drawings of the page.
    const opened = new MetricSeries(comparison, () => {
      ticket ??= requestAnimationFrame(() => {
        ticket = null;
        setCount((count) => count + 1);
      });
    });
    setSeries(opened);
    return () => {
      if (ticket !== null) cancelAnimationFrame(ticket);
      opened.close();
      setSeries(null);
    };
  }, [comparison, isWanted]);
  return series?.values ?? null;
}
