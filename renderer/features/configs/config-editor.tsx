import { useMemo, useRef, useState, type KeyboardEvent, type ReactNode, type Ref } from 'react';
import type { LintFinding } from '#shared/rules/remote/finding.ts';
import { classes } from '../../ui/classes.ts';
import { complete, completionsAt, shortOf, type ConfigKey } from './config-text.ts';

/** The text with its line numbers, lines that a finding names marked, and keys completed as they are typed. */
export function ConfigEditor({
  text,
  findings,
  keys,
  onText,
  ref,
}: {
  readonly text: string;
  readonly findings: readonly LintFinding[];
  readonly keys: readonly ConfigKey[];
  readonly onText: (text: string) => void;
  readonly ref: Ref<HTMLTextAreaElement>;
}): ReactNode {
  const gutter = useRef<HTMLDivElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState<number | null>(null);
  const lineCount = useMemo(() => text.split('\n').length, [text]);
  const marks = new Map<number, LintFinding['severity']>();
  for (const { line, severity } of findings)
    if (line !== null && (severity === 'error' || !marks.has(line))) marks.set(line, severity);
  const offered = caret === null ? [] : completionsAt(text, caret, keys);
  const take = (key: ConfigKey): void => {
    if (caret === null || area.current === null) return;
    const next = complete(text, caret, key);
    // Through the browser, so that its undo takes it back as one step.
    const typed = caret - (next.caret - shortOf(key).length - (key.kind === 'section' ? 1 : 2));
    area.current.setSelectionRange(caret - typed, caret);
    if (!document.execCommand('insertText', false, `${shortOf(key)}:${key.kind === 'section' ? '' : ' '}`))
      onText(next.text);
    area.current.focus();
    setCaret(null);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const [first] = offered;
    if (event.key === 'Tab' && !event.shiftKey && first !== undefined) {
      take(first);
      event.preventDefault();
    } else if (event.key === 'Escape') {
      if (offered.length > 0) setCaret(null);
      else event.currentTarget.blur();
      event.stopPropagation();
    }
  };
  return (
    <div className="config-editor">
      <div className="config-lines">
        <div ref={gutter} className="config-gutter" aria-hidden="true">
          {Array.from({ length: lineCount }, (_, at) => (
            <span key={at} className={classes(marks.get(at + 1))}>
              {at + 1}
            </span>
          ))}
        </div>
        <textarea
          ref={(element) => {
            area.current = element;
            if (typeof ref === 'function') ref(element);
            else if (ref !== null && ref !== undefined) ref.current = element;
          }}
          aria-label="Configuration"
          data-testid="config-text"
          wrap="off"
          spellCheck={false}
          autoComplete="off"
          placeholder="Paste a configuration, or open one"
          value={text}
          onChange={(event) => {
            onText(event.target.value);
            setCaret(event.target.selectionStart);
          }}
          onKeyDown={onKeyDown}
          onBlur={() => setTimeout(() => setCaret(null), 150)}
          onScroll={({ currentTarget: { scrollTop } }) => {
            if (gutter.current !== null) gutter.current.style.transform = `translateY(${-scrollTop}px)`;
          }}
        />
      </div>
      <div className="config-offers" role="status">
        {offered.length === 0 ? (
          <span className="t3">Keys are completed as they are typed</span>
        ) : (
          <>
            {offered.map((key, at) => (
              <button
                key={key.key}
                type="button"
                className="btn sm"
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => take(key)}
              >
                {at === 0 ? <kbd>Tab</kbd> : null}
                <span className="mono">{shortOf(key)}</span>
                <span className="t3">{key.kind}</span>
              </button>
            ))}
          </>
        )}
      </div>
    </div>
  );
}
