import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState, type ReactNode } from 'react';
import { useRoomQuery } from '../../client/hooks.ts';
import { Copyable } from '../../ui/copyable.tsx';
import { SearchField } from '../../ui/field.tsx';
import { formatBytes, formatExact, plural } from '../../ui/format.ts';
import { ErrorState, Reading } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { Unknown } from '../../ui/tag.tsx';

const rowPx = 26;

/** Files as last seen. When the folder is gone the list stays and says so. */
export function FileList({ runId }: { readonly runId: string }): ReactNode {
  const files = useRoomQuery('runs.files', { id: runId });
  const [text, setText] = useState('');
  const scrollRef = useRef<HTMLDivElement>(null);
  const items = (files.data?.items ?? []).filter((file) => file.path.toLowerCase().includes(text.toLowerCase()));
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => rowPx,
    overscan: 20,
  });
  if (files.data === undefined) {
    return files.error === null ? (
      <Reading what="Reading files" />
    ) : (
      <ErrorState inline title="Files could not be read" error={files.error} />
    );
  }
  return (
    <div className="files">
      <div className="filehead">
        <SearchField label="Find a file" width={220} value={text} onValue={setText} />
        <span className="t3 s11 tn nw">{plural(items.length, 'file')}</span>
        {files.data.isPresent ? null : <StateMark shape="warn" word="Folder gone: as last seen" />}
        <span className="at s11 t3 trunc">
          <Copyable text={files.data.root} label="folder of the run" />
        </span>
      </div>
      <div className="scroll" ref={scrollRef} tabIndex={0} role="region" aria-label="Files">
        <div style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
          {virtualizer.getVirtualItems().map((item) => {
            const file = items[item.index];
            if (file === undefined) return null;
            return (
              <div key={file.path} className="filerow" style={{ transform: `translateY(${item.start}px)` }}>
                <span className="mono trunc" title={file.path}>
                  {file.path}
                </span>
                <span className="num">{formatBytes(file.sizeBytes)}</span>
                <span className="num t3">
                  {file.modifiedAt === null ? (
                    <Unknown because="no time was read" quiet />
                  ) : (
                    formatExact(file.modifiedAt)
                  )}
                </span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
