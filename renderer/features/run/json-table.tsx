import type { ReactNode } from 'react';
import type { z } from 'zod';
import type { looseJsonSchema } from '#shared/model/run.ts';
import { formatFigure } from '../../ui/format.ts';
import { Unknown } from '../../ui/tag.tsx';

type Json = z.infer<typeof looseJsonSchema>;

const notFinite = new Set(['NaN', 'Infinity', '-Infinity']);

function Value({ value }: { readonly value: Json }): ReactNode {
  if (value === null) return <span className="t3">null</span>;
  if (typeof value === 'number') return <span title={String(value)}>{formatFigure(value)}</span>;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') {
    if (notFinite.has(value)) return <Unknown because={`the file says ${value}`} quiet />;
    return value === '' ? <span className="t3">empty</span> : <span className="wrap-any">{value}</span>;
  }
  const text = JSON.stringify(value);
  return text.length <= 60 ? (
    <span className="mono wrap-any">{text}</span>
  ) : (
    <details>
      <summary className="t2">
        {Array.isArray(value) ? `${value.length} entries` : `${Object.keys(value).length} fields`}
      </summary>
      <pre className="log json">{JSON.stringify(value, null, 2)}</pre>
    </details>
  );
}

/** Names and values as the pipeline wrote them. */
export function JsonTable({
  title,
  value,
  empty,
}: {
  readonly title: string;
  readonly value: Readonly<Record<string, Json>>;
  readonly empty: string;
}): ReactNode {
  const entries = Object.entries(value);
  return (
    <div className="json">
      <h3 className="w6">{title}</h3>
      {entries.length === 0 ? (
        <p className="why">{empty}</p>
      ) : (
        <dl>
          {entries.map(([name, each]) => (
            <div key={name}>
              <dt title={name}>{name}</dt>
              <dd className="tn">
                <Value value={each} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
