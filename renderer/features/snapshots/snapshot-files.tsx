import { useState, type ReactNode } from 'react';
import { useRoomQuery } from '../../client/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { Copyable } from '../../ui/copyable.tsx';
import { SearchField } from '../../ui/field.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { formatBytes, formatCount, plural } from '../../ui/format.ts';
import { ErrorState, Reading } from '../../ui/notices.tsx';
import { useDebounced } from '../../ui/use-debounced.ts';

export const originWords: Record<string, string> = {
  pulled: 'From the machine',
  unchanged: 'As in the one before',
  carried: 'Carried, older',
  prefix: 'Still growing',
};

const originOptions = [
  { value: 'all', label: 'All' },
  { value: 'pulled', label: 'New' },
  { value: 'unchanged', label: 'As before' },
  { value: 'carried', label: 'Carried' },
  { value: 'prefix', label: 'Growing' },
] as const;
type OriginChoice = (typeof originOptions)[number]['value'];

const pageFiles = 100;
const mostFiles = 2000;
const typingMs = 180;

/** The files of a snapshot, read when they are asked for. */
export function SnapshotFiles({ snapshotId }: { readonly snapshotId: string }): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details className="snappaths" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>Files</summary>
      {isOpen ? <FileList snapshotId={snapshotId} /> : null}
    </details>
  );
}

function FileList({ snapshotId }: { readonly snapshotId: string }): ReactNode {
  const [text, setText] = useState('');
  const [origin, setOrigin] = useState<OriginChoice>('all');
  const [limit, setLimit] = useState(pageFiles);
  const files = useRoomQuery(
    'snapshots.files',
    {
      id: snapshotId,
      text: useDebounced(text, typingMs),
      ...(origin === 'all' ? {} : { origin }),
      limit,
    },
    { keepPrevious: true },
  );
  if (files.data === undefined)
    return files.error === null ? (
      <Reading what="Reading the manifest" />
    ) : (
      <ErrorState
        inline
        title="Files not read"
        error={files.error}
        actions={
          <Button size="small" onClick={() => void files.refetch()}>
            Read again
          </Button>
        }
      />
    );
  const { items, matchCount } = files.data;
  return (
    <div className="col snapfiles">
      <SearchField
        label="Part of a path"
        value={text}
        onValue={(next) => {
          setText(next);
          setLimit(pageFiles);
        }}
      />
      <Segmented
        label="Where the bytes come from"
        size="small"
        options={originOptions}
        value={origin}
        onChange={(next) => {
          setOrigin(next);
          setLimit(pageFiles);
        }}
      />
      <span className="why tn">
        {matchCount > items.length
          ? `${formatCount(matchCount)} files, the first ${items.length} shown`
          : plural(matchCount, 'file')}
      </span>
      <ul>
        {items.map((file) => (
          <li key={file.path}>
            <span className="mono s11 wrap-any">{file.path}</span>
            <span className="why tn">
              {file.kind === 'symlink'
                ? `link to ${file.linkTarget ?? 'an unknown place'}`
                : `${formatBytes(file.sizeBytes)}, ${(originWords[file.origin] ?? file.origin).toLowerCase()}`}
              {file.sha256 === null ? null : (
                <>
                  {', SHA-256 '}
                  <Copyable text={file.sha256} label={`SHA-256 of ${file.path}`}>
                    {`${file.sha256.slice(0, 12)}…`}
                  </Copyable>
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
      {matchCount > items.length && limit < mostFiles ? (
        <Button size="small" onClick={() => setLimit(Math.min(mostFiles, limit * 4))}>
          Show more
        </Button>
      ) : null}
    </div>
  );
}
