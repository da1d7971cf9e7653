import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { MethodOutput } from '#shared/contract/index.ts';
import { useRoom } from '../../client/hooks.ts';
import { addressOf } from '../../shell/links.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { formatCount, plural } from '../../ui/format.ts';
import { Sheet } from '../../ui/sheet.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { showError } from '../../ui/toast-store.ts';

/** Holds a log against the memory: pasted, or a file or folder on the room's computer. */
export function MatchSheet({
  onClose,
  onAdd,
}: {
  readonly onClose: () => void;
  /** The chosen line is to be remembered. */
  readonly onAdd: (line: string) => void;
}): ReactNode {
  const { call } = useRoom();
  const [text, setText] = useState('');
  const [path, setPath] = useState('');
  const [isSending, setIsSending] = useState(false);
  const [found, setFound] = useState<MethodOutput<'incidents.match'> | null>(null);
  const input = path.trim() !== '' ? { path: path.trim() } : text.trim() !== '' ? { text } : null;
  const match = async (): Promise<void> => {
    if (input === null) return;
    setIsSending(true);
    try {
      setFound(await call('incidents.match', input));
    } catch (thrown) {
      setFound(null);
      showError('Not compared', thrown);
    } finally {
      setIsSending(false);
    }
  };
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return (
    <Sheet
      title="Hold a log against the memory"
      isOpen
      wide
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button kind="primary" disabled={input === null || isSending} onClick={() => void match()}>
            {isSending ? 'Comparing' : 'Compare'}
          </Button>
        </>
      }
    >
      <div className="memory-form">
        <div>
          <label className="label" htmlFor="memory-text">
            Lines of a log
          </label>
          <textarea
            id="memory-text"
            className="area mono memory-paste"
            rows={8}
            spellCheck={false}
            placeholder="Paste what the machine said"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <TextField
          id="memory-path"
          label="Or a file or folder on the room’s computer"
          placeholder="/…/run_all.log"
          value={path}
          onValue={setPath}
        />
        {found === null ? null : (
          <section aria-label="What is known of it" className="memory-found">
            <p className="why tn">
              {plural(found.lines, 'line')} read
              {found.files === 0 ? '' : ` in ${plural(found.files, 'file')}`}
              {found.unread.length === 0 ? '' : `, not readable: ${found.unread.join(', ')}`}
            </p>
            {found.items.length === 0 ? (
              <p>
                <StateMark shape="off" word="Nothing known" />{' '}
                <span className="why">No signature of the memory is in it.</span>
                {lines.length === 1 ? (
                  <>
                    {' '}
                    <Button size="small" onClick={() => onAdd(lines[0]!)}>
                      Remember this line…
                    </Button>
                  </>
                ) : null}
              </p>
            ) : (
              <ul className="lines">
                {found.items.map((item) => (
                  <li key={item.id}>
                    <p>
                      <StateMark shape="fail" word={formatCount(item.count)} />{' '}
                      <Link className="link w5" href={addressOf.incident(item.id)} onClick={onClose}>
                        {item.words}
                      </Link>
                    </p>
                    <p className="t2">{item.todo}</p>
                    {item.evidence.map(({ source, line, text: said }) => (
                      <p key={`${source} ${line ?? ''} ${said}`} className="mono s11 wrap-any">
                        <span className="t3">
                          {source === 'text' ? '' : `${source} `}
                          {line === null ? '' : `line ${line} `}
                        </span>
                        {said}
                      </p>
                    ))}
                  </li>
                ))}
              </ul>
            )}
          </section>
        )}
      </div>
    </Sheet>
  );
}
