import { useRef, useState, type ReactNode } from 'react';
import { useConnection, useRoomQuery } from '../../client/hooks.ts';
import { useCommands } from '../../shell/commands.ts';
import { useFooterNote } from '../../shell/footer.tsx';
import { modKey } from '../../shell/key-caps.ts';
import { useScreenTitle } from '../../shell/use-screen.ts';
import { Button } from '../../ui/button.tsx';
import { plural } from '../../ui/format.ts';
import { EmptyState, ErrorState, Reading } from '../../ui/notices.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { showError, showToast } from '../../ui/toast-store.ts';
import { useDebounced } from '../../ui/use-debounced.ts';
import { ConfigEditor } from './config-editor.tsx';
import { ConfigFindings } from './config-findings.tsx';
import { OpenSheet, SaveSheet, useSave } from './config-sheets.tsx';
import { setText, useConfig, type ConfigOrigin } from './config-store.ts';
import { lineRange } from './config-text.ts';
import './configs.css';

const noFindings: readonly never[] = [];

/** A configuration of the pipeline as text, with what its loader does not say beside it. */
export function ConfigScreen(): ReactNode {
  useScreenTitle('Config');
  const { text, savedText, origin } = useConfig();
  const isCut = useConnection().kind !== 'open';
  const [sheet, setSheet] = useState<'open' | 'save' | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const save = useSave();
  const settled = useDebounced(text, 250);
  const isEmpty = settled.trim() === '';
  const lint = useRoomQuery('configs.lint', { text: settled }, { enabled: !isEmpty, keepPrevious: true });
  const keys = useRoomQuery('configs.keys', {});
  const findings = isEmpty ? noFindings : (lint.data?.findings ?? noFindings);
  const isOld = settled !== text || lint.isPlaceholderData;
  const isChanged = text !== savedText;
  useFooterNote(isEmpty ? null : plural(text.split('\n').length, 'line'));

  const show = (line: number): void => {
    const [start, end] = lineRange(text, line);
    area.current?.focus();
    area.current?.setSelectionRange(start, end);
    const lineHeight = (area.current?.scrollHeight ?? 0) / Math.max(1, text.split('\n').length);
    area.current?.scrollTo({ top: Math.max(0, (line - 6) * lineHeight) });
  };
  const onSave = (): void => {
    if (isCut || text === '') return;
    if (origin.kind === 'file') void save(origin.path, text);
    else setSheet('save');
  };
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => showToast({ shape: 'ok', title: 'Copied' }),
      (thrown: unknown) => showError('Not copied', thrown),
    );
  };
  const nextError = (): void => {
    const [first] = findings.filter(({ severity, line }) => severity === 'error' && line !== null);
    if (first?.line != null) show(first.line);
  };
  useCommands('Config', [
    {
      id: 'open',
      title: 'Open a configuration…',
      keyCaps: ['O'],
      bindings: ['o'],
      footer: 'open',
      run: () => setSheet('open'),
    },
    {
      id: 'save',
      title: 'Save the configuration',
      keyCaps: [`${modKey}S`],
      bindings: ['$mod+s'],
      footer: 'save',
      run: onSave,
    },
    { id: 'error', title: 'Go to the first error', keyCaps: ['E'], bindings: ['e'], footer: 'error', run: nextError },
    { id: 'copy', title: 'Copy the configuration', run: copy },
  ]);
  return (
    <div className="screen">
      <div className="bar">
        <h1>Config</h1>
        <span className="t3 trunc" title={originWords(origin)}>
          {originWords(origin)}
        </span>
        {isChanged ? <StateMark shape="warn" word="Not saved" /> : null}
        <span className="sp" />
        <Button disabled={isCut} onClick={() => setSheet('open')}>
          Open…
        </Button>
        <Button disabled={text === ''} onClick={copy}>
          Copy
        </Button>
        <Button disabled={isCut || text === ''} onClick={() => setSheet('save')}>
          Save as…
        </Button>
        <Button kind="primary" disabled={isCut || text === '' || !isChanged} onClick={onSave}>
          Save
        </Button>
      </div>
      <div className="config-split">
        <ConfigEditor
          ref={area}
          text={text}
          findings={isOld ? noFindings : findings}
          keys={keys.data?.items ?? noFindings}
          onText={setText}
        />
        {isEmpty ? (
          <aside className="insp" aria-label="Findings">
            <EmptyState lead="Nothing to look at yet.">
              The loader of the pipeline takes what it knows and drops the rest without a word. Here every key is held
              against what it reads, and against what has cost a paid hour before.
            </EmptyState>
          </aside>
        ) : lint.data === undefined ? (
          <aside className="insp" aria-label="Findings">
            {lint.error === null ? (
              <Reading what="Looking at it" />
            ) : (
              <ErrorState
                title="It could not be looked at"
                error={lint.error}
                actions={<Button onClick={() => void lint.refetch()}>Look again</Button>}
              />
            )}
          </aside>
        ) : (
          <ConfigFindings text={text} findings={findings} isOld={isOld} onShow={show} onText={setText} />
        )}
      </div>
      {sheet === 'open' ? <OpenSheet onClose={() => setSheet(null)} /> : null}
      {sheet === 'save' ? <SaveSheet onClose={() => setSheet(null)} /> : null}
    </div>
  );
}

function originWords(origin: ConfigOrigin): string {
  switch (origin.kind) {
    case 'none':
      return 'of no file yet';
    case 'file':
      return origin.path;
    case 'machine':
      return `${origin.path} of machine ${origin.instanceId}`;
    default:
      return origin satisfies never;
  }
}
