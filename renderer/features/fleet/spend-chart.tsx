import { useEffect, useMemo, useRef, type ReactNode } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { BudgetStatus } from '#shared/model/fleet.ts';
import type { SpendToday } from '#shared/model/fleet-history.ts';
import { formatMoment, formatMoney } from '../../ui/format.ts';

const dayS = 86_400;
const hourTicks = [4, 8, 12, 16, 20];

type Chart = {
  readonly today: SpendToday;
  /** Dollars; null without a cap. */
  readonly capUsd: number | null;
  /** When the cap is reached at this rate, seconds; null when it is not today. */
  readonly reachedS: number | null;
  readonly ratePerHourUsd: number | null;
};

function toChart(today: SpendToday, budget: BudgetStatus | null): Chart {
  const untilS = Date.parse(today.until) / 1000;
  const endS = Date.parse(today.since) / 1000 + dayS;
  const hours = budget?.hoursToCap ?? null;
  const reachedS = hours === null || hours === 0 ? null : untilS + hours * 3600;
  return {
    today,
    capUsd: budget?.capUsd ?? null,
    reachedS: reachedS !== null && reachedS <= endS ? reachedS : null,
    ratePerHourUsd: budget?.ratePerHourUsd ?? null,
  };
}

/** What the picture says, for people who do not see it. */
function describe({ today, capUsd, reachedS }: Chart, nowMs: number): string {
  const spent = `Spent ${today.isLowerBound ? 'at least ' : ''}${formatMoney(today.spentUsd)} since midnight UTC`;
  const cap = capUsd === null ? 'cap OFF' : `cap ${formatMoney(capUsd)}`;
  const reached =
    reachedS === null ? '' : `, reached about ${formatMoment(new Date(reachedS * 1000).toISOString(), nowMs)}`;
  return `${spent}, ${cap}${reached}`;
}

/** Draws the cap, what comes at this rate, and where we are, over the curve. */
function drawOver(plot: uPlot, chart: Chart): void {
  const { ctx, bbox } = plot;
  const ratio = uPlot.pxRatio;
  const style = getComputedStyle(plot.root);
  const ink = (name: string): string => style.getPropertyValue(name).trim();
  const x = (seconds: number): number => plot.valToPos(seconds, 'x', true);
  const y = (usd: number): number => plot.valToPos(usd, 'y', true);
  const { today, capUsd, reachedS, ratePerHourUsd } = chart;
  const nowS = Date.parse(today.until) / 1000;
  const endS = Date.parse(today.since) / 1000 + dayS;
  const line = (color: string, dash: readonly number[], path: () => void): void => {
    ctx.beginPath();
    ctx.setLineDash(dash.map((each) => each * ratio));
    ctx.strokeStyle = color;
    ctx.lineWidth = ratio;
    path();
    ctx.stroke();
    ctx.setLineDash([]);
  };
  const words = (text: string, atX: number, atY: number, align: CanvasTextAlign, color = ink('--text')): void => {
    ctx.font = `${10.5 * ratio}px ${ink('--font')}`;
    const half = ctx.measureText(text).width / (align === 'center' ? 2 : 1);
    const right = bbox.left + bbox.width;
    ctx.textAlign = align;
    ctx.textBaseline = 'alphabetic';
    ctx.fillStyle = color;
    const least = bbox.left + (align === 'left' ? 0 : half);
    ctx.fillText(text, Math.max(least, Math.min(atX, align === 'right' ? right : right - half)), atY);
  };
  ctx.save();
  if (capUsd !== null) {
    line(ink('--fail'), [4, 3], () => {
      ctx.moveTo(bbox.left, y(capUsd));
      ctx.lineTo(bbox.left + bbox.width, y(capUsd));
    });
    words(`Cap ${formatMoney(capUsd)}`, bbox.left, y(capUsd) - 5 * ratio, 'left', ink('--text-3'));
  }
  if (ratePerHourUsd !== null && ratePerHourUsd > 0) {
    const toS = reachedS ?? endS;
    const toUsd = today.spentUsd + (ratePerHourUsd * (toS - nowS)) / 3600;
    line(ink('--text-2'), [3, 3], () => {
      ctx.moveTo(x(nowS), y(today.spentUsd));
      ctx.lineTo(x(toS), y(toUsd));
    });
  }
  line(ink('--accent'), [], () => {
    ctx.moveTo(x(nowS), bbox.top);
    ctx.lineTo(x(nowS), bbox.top + bbox.height);
  });
  const dot = (atX: number, atY: number, color: string, isHollow: boolean): void => {
    ctx.beginPath();
    ctx.arc(atX, atY, 3 * ratio, 0, 2 * Math.PI);
    ctx.fillStyle = isHollow ? ink('--bg') : color;
    ctx.fill();
    ctx.strokeStyle = color;
    ctx.lineWidth = 1.5 * ratio;
    ctx.stroke();
  };
  dot(x(nowS), y(today.spentUsd), ink('--accent'), false);
  const isRight = x(nowS) > bbox.left + 90 * ratio;
  words(
    `now ${formatMoney(today.spentUsd)}`,
    x(nowS) + (isRight ? -7 : 7) * ratio,
    y(today.spentUsd) - 6 * ratio,
    isRight ? 'right' : 'left',
  );
  if (reachedS !== null && capUsd !== null) {
    dot(x(reachedS), y(capUsd), ink('--fail'), true);
    const clock = new Date(reachedS * 1000).toISOString().slice(11, 16);
    words(`cap reached ${clock}`, x(reachedS), y(capUsd) - 8 * ratio, 'center');
  }
  ctx.restore();
}

function makePlot(host: HTMLElement, chart: Chart): uPlot {
  const style = getComputedStyle(host);
  const ink = (name: string): string => style.getPropertyValue(name).trim();
  const startS = Date.parse(chart.today.since) / 1000;
  const topUsd = Math.max(chart.capUsd ?? 0, chart.today.spentUsd * 1.3, 0.01) * 1.22;
  const data: uPlot.AlignedData = [
    chart.today.points.map((point) => Date.parse(point.at) / 1000),
    chart.today.points.map((point) => point.usd),
  ];
  return new uPlot(
    {
      width: host.clientWidth,
      height: host.clientHeight,
      padding: [6, 4, 0, 0],
      cursor: { show: false },
      legend: { show: false },
      scales: { x: { time: false, range: [startS, startS + dayS] }, y: { range: [0, topUsd] } },
      axes: [
        {
          stroke: ink('--text-3'),
          font: `10.5px ${ink('--font')}`,
          size: 18,
          gap: 3,
          splits: () => hourTicks.map((hour) => startS + hour * 3600),
          values: () => hourTicks.map((hour) => `${String(hour).padStart(2, '0')}:00`),
          grid: { show: false },
          ticks: { stroke: ink('--line-strong'), width: 1, size: 4 },
          border: { show: true, stroke: ink('--line-strong'), width: 1 },
        },
        { show: false },
      ],
      series: [{}, { stroke: ink('--text'), width: 1.4, fill: `${ink('--text')}12`, points: { show: false } }],
      hooks: { draw: [(plot) => drawOver(plot, chart)] },
    },
    data,
    host,
  );
}

/** What was spent since midnight UTC, and when the cap is reached at this rate. */
export function SpendChart({
  today,
  budget,
  nowMs,
}: {
  readonly today: SpendToday;
  readonly budget: BudgetStatus | null;
  readonly nowMs: number;
}): ReactNode {
  const hostRef = useRef<HTMLDivElement>(null);
  const chart = useMemo(() => toChart(today, budget), [today, budget]);
  useEffect(() => {
    const host = hostRef.current;
    if (host === null) return undefined;
    let plot = makePlot(host, chart);
    const resize = new ResizeObserver(() => plot.setSize({ width: host.clientWidth, height: host.clientHeight }));
    resize.observe(host);
    // The canvas has no styles of its own: another theme is another picture.
    const theme = new MutationObserver(() => {
      plot.destroy();
      plot = makePlot(host, chart);
    });
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      resize.disconnect();
      theme.disconnect();
      plot.destroy();
    };
  }, [chart]);
  return <div ref={hostRef} className="spendchart" role="img" aria-label={describe(chart, nowMs)} />;
}
