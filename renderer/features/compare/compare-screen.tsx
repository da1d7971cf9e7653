import { ArrowLeftRight, ChevronsUpDown, Download, Link } from 'lucide-react';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { ClipWithRun } from '#shared/model/clip.ts';
import { useRoomQuery } from '../../client/hooks.ts';
import { compareModes, differenceStyles } from '../../player/index.ts';
import { addressOf, copyLink } from '../../shell/links.ts';
import { useScreenTitle } from '../../shell/use-screen.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { EmptyState, ErrorState, Reading } from '../../ui/notices.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { showToast } from '../../ui/toast-store.ts';
import { captionOf, exportName, exportPicture, saveBlob } from './export-picture.ts';
import { differenceWords } from './look-words.ts';
import { PairChooser } from './pair-chooser.tsx';
import { PlayerView } from './player-view.tsx';
import { subjectOfClip, subjectOfFile, type Subject } from './subject.ts';
import { asShown, useComparison, useComparisonState } from './use-comparison.ts';
import { useFileDrop } from './use-file-drop.ts';
import { frameOfAddress, useFrameAddress } from './use-frame-address.ts';
import { modeWords, usePlayerCommands } from './use-player-commands.ts';
import './compare.css';

type Files = { readonly left: File | null; readonly right: File | null };
const noFiles: Files = { left: null, right: null };

/** Two clips side by side, frame-locked. */
export function CompareScreen(): ReactNode {
  useScreenTitle('Compare');
  const [, navigate] = useLocation();
  const search = new URLSearchParams(useSearch());
  const leftId = search.get('a');
  const rightId = search.get('b');
  const [files, setFiles] = useState<Files>(noFiles);
  const [loneFile, setLoneFile] = useState<File | null>(null);
  const [isChoosing, setIsChoosing] = useState(false);
  useEffect(() => setFiles(noFiles), [leftId, rightId]);

  const leftQuery = useRoomQuery('clips.get', { id: leftId ?? '' }, { enabled: leftId !== null });
  const rightQuery = useRoomQuery('clips.get', { id: rightId ?? '' }, { enabled: rightId !== null });
  const left = useSubject(files.left, leftId === null ? undefined : leftQuery.data);
  const right = useSubject(files.right, rightId === null ? undefined : rightQuery.data);
  const drop = useFileDrop((dropped) => {
    const [first, second] = dropped;
    if (first === undefined) return;
    if (second !== undefined) setFiles({ left: first, right: second });
    else if (left === null && files.left === null) setFiles({ ...files, left: first });
    else if (right === null && files.right === null) setFiles({ ...files, right: first });
    else setLoneFile(first);
  });

  const failed = leftQuery.error ?? rightQuery.error;
  const isWaiting = (leftId !== null && left === null) || (rightId !== null && right === null);
  const choose = (a: ClipWithRun, b: ClipWithRun): void => {
    setIsChoosing(false);
    setFiles(noFiles);
    navigate(addressOf.compare(a.id, b.id));
  };
  return (
    <div className={classes('cmp', drop.isOver && 'is-over')} {...drop.handlers}>
      {left !== null && right !== null ? (
        <Pair left={left} right={right} onChoose={() => setIsChoosing(true)} />
      ) : (
        <>
          <header className="bar">
            <h1>Compare</h1>
          </header>
          {failed !== null ? (
            <ErrorState
              title="Clip not found"
              error={failed}
              actions={<Button onClick={() => setIsChoosing(true)}>Choose a pair</Button>}
            />
          ) : isWaiting ? (
            <Reading />
          ) : (
            <div className="cmp-start scroll">
              <EmptyState
                lead={
                  left === null && right === null
                    ? 'Two clips, frame by frame.'
                    : `${(left ?? right)?.name ?? ''} is side ${left === null ? 'B' : 'A'}. One more clip makes a pair.`
                }
              >
                Choose a pair below, or drop two video files here. Dropped files stay in this page.
              </EmptyState>
              <PairChooser left={left?.clip ?? null} right={right?.clip ?? null} onChoose={choose} />
            </div>
          )}
        </>
      )}
      <Sheet title="Choose a pair" isOpen={isChoosing} onClose={() => setIsChoosing(false)} wide>
        <PairChooser left={left?.clip ?? null} right={right?.clip ?? null} onChoose={choose} />
      </Sheet>
      <Sheet
        title="Which side?"
        isOpen={loneFile !== null}
        onClose={() => setLoneFile(null)}
        footer={(['left', 'right'] as const).map((side) => (
          <Button
            key={side}
            onClick={() => {
              setFiles({ ...files, [side]: loneFile });
              setLoneFile(null);
            }}
          >
            {side === 'left' ? 'Side A' : 'Side B'}
          </Button>
        ))}
      >
        <p className="t2 wrap-any">{loneFile?.name} takes the place of one side.</p>
      </Sheet>
    </div>
  );
}

function useSubject(file: File | null, clip: ClipWithRun | undefined): Subject | null {
  return useMemo(
    () => (file !== null ? subjectOfFile(file) : clip === undefined ? null : subjectOfClip(clip)),
    [file, clip],
  );
}

function Pair({
  left,
  right,
  onChoose,
}: {
  readonly left: Subject;
  readonly right: Subject;
  readonly onChoose: () => void;
}): ReactNode {
  const opened = useComparison(left, right, frameOfAddress(window.location.search));
  const comparison = opened?.comparison ?? null;
  const hasAddress = left.clip !== null && right.clip !== null;
  const addressNow = (): { a: string; b: string; f: string } | null => {
    if (opened === null) return null;
    const state = opened.comparison.getState();
    const shown = asShown(opened, state, left, right);
    return shown.left.clip === null || shown.right.clip === null
      ? null
      : { a: shown.left.clip.id, b: shown.right.clip.id, f: String(state.masterFrame) };
  };
  useFrameAddress(hasAddress ? comparison : null, addressNow);
  const link = (): void => {
    const now = addressNow();
    if (now === null)
      showToast({
        shape: 'off',
        title: 'No link to dropped files',
        text: 'They are known to this page only. Import their folder to get clips with an address.',
      });
    else void copyLink(`/compare?${new URLSearchParams(now).toString()}`, 'this frame');
  };
  const save = (): void => {
    if (opened === null) return;
    const state = opened.comparison.getState();
    const shown = asShown(opened, state, left, right);
    const canvases = [...document.querySelectorAll<HTMLCanvasElement>('.cmp-well > canvas')].filter((canvas) =>
      canvas.closest('.cmp-stage') === null ? state.mode === 'side' : state.mode !== 'side',
    );
    const captions = [captionOf('A', shown.left, state, 'left'), captionOf('B', shown.right, state, 'right')];
    exportPicture(canvases, captions, state).then(
      (blob) => saveBlob(blob, exportName([shown.left.name, shown.right.name], state.masterFrame)),
      (thrown: unknown) => showToast({ shape: 'fail', title: 'No picture was saved', text: String(thrown) }),
    );
  };
  usePlayerCommands(comparison, true, [
    { id: 'export', title: 'Save what is on the screen as a picture', keyCaps: ['E'], bindings: ['e'], run: save },
    { id: 'choose', title: 'Change pair…', keyCaps: ['P'], bindings: ['p'], run: onChoose },
    { id: 'link', title: 'Copy a link to this frame', keyCaps: ['Y'], bindings: ['y'], run: link },
  ]);
  if (opened === null) return null;
  return <OpenPair opened={opened} left={left} right={right} onChoose={onChoose} onLink={link} onExport={save} />;
}

function OpenPair({
  opened,
  left,
  right,
  onChoose,
  onLink,
  onExport,
}: {
  readonly opened: NonNullable<ReturnType<typeof useComparison>>;
  readonly left: Subject;
  readonly right: Subject;
  readonly onChoose: () => void;
  readonly onLink: () => void;
  readonly onExport: () => void;
}): ReactNode {
  const { comparison } = opened;
  const state = useComparisonState(comparison);
  const shown = asShown(opened, state, left, right);
  const isGained = state.mode === 'difference';
  return (
    <>
      <header className="bar cmp-bar">
        <h1>Compare</h1>
        <Segmented
          label="Mode"
          options={compareModes.map((mode, index) => ({
            value: mode,
            label: (
              <>
                {modeWords[mode]} <kbd>{index + 1}</kbd>
              </>
            ),
          }))}
          value={state.mode}
          onChange={(mode) => comparison.setMode(mode)}
        />
        {isGained ? (
          <>
            <Segmented
              label="Difference"
              options={differenceStyles.map((style) => ({ value: style, label: differenceWords[style] }))}
              value={state.look.differenceStyle}
              onChange={(differenceStyle) => comparison.setLook({ differenceStyle })}
            />
            <Segmented
              label="Gain"
              options={['1', '4', '16', '64'].map((gain) => ({ value: gain, label: `${gain}×` }))}
              value={String(state.gain)}
              onChange={(gain) => comparison.setGain(Number(gain))}
            />
          </>
        ) : null}
        {state.mode === 'flicker' ? (
          <Segmented
            label="Flicker rate"
            options={['0', '1', '2', '4'].map((hz) => ({ value: hz, label: hz === '0' ? 'By hand' : `${hz} Hz` }))}
            value={String(state.flickerHz)}
            onChange={(hz) => comparison.setFlickerHz(Number(hz))}
          />
        ) : null}
        <span className="sp" />
        <span className="t2 trunc">{pairWords(left, right)}</span>
        <IconButton label="Copy a link to this frame" keyHint="Y" onClick={onLink}>
          <Link className="icon" aria-hidden="true" />
        </IconButton>
        <IconButton label="Save as a picture" keyHint="E" onClick={onExport}>
          <Download className="icon" aria-hidden="true" />
        </IconButton>
        <Button onClick={onChoose}>
          <ChevronsUpDown className="icon" aria-hidden="true" />
          Change pair…
        </Button>
        <Button title="Swap sides (X)" onClick={() => comparison.swap()}>
          <ArrowLeftRight className="icon" aria-hidden="true" />
          Swap
        </Button>
      </header>
      <PlayerView comparison={comparison} left={shown.left} right={shown.right} />
    </>
  );
}

function pairWords(left: Subject, right: Subject): string {
  const names = [left.clip?.clipName, right.clip?.clipName].filter((name) => name !== null && name !== undefined);
  const variants = [left.clip?.variantName, right.clip?.variantName].filter(
    (name) => name !== null && name !== undefined,
  );
  return [...new Set([...names, ...variants])].join(', ');
}
