import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { SearchHit } from '#shared/model/log.ts';
import { stageNames } from '#shared/model/stages.ts';
import { addressOf } from '../../shell/links.ts';
import { classes } from '../../ui/classes.ts';
import { formatMoment } from '../../ui/format.ts';
import { Tag } from '../../ui/tag.tsx';
import type { HitKind } from './history-store.ts';

export const kindWords: Record<HitKind, string> = {
  log: 'Log line',
  run: 'Run',
  stage: 'Stage',
  prompt: 'Prompt',
  clip: 'Clip',
  note: 'Note',
};

/** Where a hit leads: to the line, stage or clip itself, not only to its run. */
export function addressOfHit(hit: SearchHit): string {
  if (hit.kind === 'clip' && hit.clipId !== null) return addressOf.clip(hit.clipId);
  return addressOf.run(hit.runId, {
    ...(hit.kind === 'stage' && hit.stageKey !== null ? { stageKey: hit.stageKey } : {}),
    ...(hit.kind === 'log' && hit.logId !== null && hit.line !== null ? { logId: hit.logId, line: hit.line } : {}),
  });
}

/** The text with the ranges that matched marked; ranges that overlap or leave the text are tolerated. */
export function splitHighlights(
  text: string,
  ranges: SearchHit['highlights'],
): readonly { readonly text: string; readonly isMatch: boolean }[] {
  const parts: { text: string; isMatch: boolean }[] = [];
  let end = 0;
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const start = Math.max(from, end);
    const stop = Math.min(to, text.length);
    if (stop <= start) continue;
    if (start > end) parts.push({ text: text.slice(end, start), isMatch: false });
    parts.push({ text: text.slice(start, stop), isMatch: true });
    end = stop;
  }
  if (end < text.length) parts.push({ text: text.slice(end), isMatch: false });
  return parts;
}

const levelClass = { DEBUG: 't3', INFO: 't3', WARNING: 'warn', ERROR: 'fail', CRITICAL: 'fail', NONE: 't3' } as const;

export function HitRow({ hit, nowMs }: { readonly hit: SearchHit; readonly nowMs: number }): ReactNode {
  return (
    <li>
      <Link href={addressOfHit(hit)} className="hit">
        <span className="t3 tn nw">{hit.at === null ? 'time unknown' : formatMoment(hit.at, nowMs)}</span>
        <span className="t2 nw">{kindWords[hit.kind]}</span>
        <span className="row">
          <span className="w5 trunc" title={hit.runName}>
            {hit.runName}
          </span>
          {hit.stageKey === null ? null : <Tag>{stageNames(hit.stageKey).short}</Tag>}
        </span>
        <span className="col">
          <span className={classes('hittext', hit.kind === 'log' && 'mono')}>
            {hit.level === null || hit.level === 'INFO' || hit.level === 'NONE' ? null : (
              <span className={levelClass[hit.level]}>{hit.level} </span>
            )}
            {splitHighlights(hit.text, hit.highlights).map((part, index) =>
              part.isMatch ? <mark key={index}>{part.text}</mark> : <span key={index}>{part.text}</span>,
            )}
          </span>
          {hit.logPath === null ? null : (
            <span className="why mono trunc">
              {hit.logPath}
              {hit.line === null ? '' : `:${hit.line}`}
            </span>
          )}
        </span>
      </Link>
    </li>
  );
}
