import { memo, type ReactNode } from 'react';
import type { LogLine } from '#shared/model/log.ts';
import { classes } from '../../ui/classes.ts';

const levelClass: Record<LogLine['level'], string> = {
  DEBUG: 't3',
  INFO: 't3',
  WARNING: 'warn',
  ERROR: 'fail',
  CRITICAL: 'fail',
  NONE: '',
};

/** `14:09:04,880` of an ISO time; logs of this pipeline are in UTC to the millisecond. */
function clockOf(at: string | null): string {
  if (at === null) return '';
  const match = /T(\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?/.exec(at);
  return match === null ? at : `${match[1]}${match[2] === undefined ? '' : `,${match[2].padEnd(3, '0')}`}`;
}

/** Marks each of the searched words in the text. */
function Highlighted({ text, words }: { readonly text: string; readonly words: string }): ReactNode {
  const needles = words.split(/\s+/).filter((word) => word !== '');
  if (needles.length === 0) return text;
  const pattern = new RegExp(
    `(${needles.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('|')})`,
    'gi',
  );
  // Split at a capturing group: every second part is a match.
  return text.split(pattern).map((part, index) => (index % 2 === 1 ? <mark key={index}>{part}</mark> : part));
}

export const LogRow = memo(function LogRow({
  line,
  words,
}: {
  readonly line: LogLine;
  readonly words: string;
}): ReactNode {
  return (
    <span className="logl">
      <span className="t3 no">{line.line}</span>
      <span className="t3">{clockOf(line.at)}</span>
      <span className={levelClass[line.level]}>
        {line.level === 'NONE' ? '' : line.level === 'WARNING' ? 'WARN' : line.level}
      </span>
      <span className="t3 trunc" title={line.logger}>
        {line.logger.split('.').at(-1)}
      </span>
      <span
        className={classes(
          'text',
          line.level === 'ERROR' || line.level === 'CRITICAL' ? 'fail' : line.level === 'WARNING' && 'warn',
        )}
        title={line.text}
      >
        <Highlighted text={line.text} words={words} />
      </span>
    </span>
  );
});
