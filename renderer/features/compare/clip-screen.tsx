import { Columns2, Link } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { ClipWithRun } from '#shared/model/clip.ts';
import { useRoomQuery } from '../../client/hooks.ts';
import { addressOf, copyLink } from '../../shell/links.ts';
import { useScreenTitle } from '../../shell/use-screen.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { ErrorState, Reading } from '../../ui/notices.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { PairChooser } from './pair-chooser.tsx';
import { PlayerView } from './player-view.tsx';
import { subjectOfClip } from './subject.ts';
import { useComparison } from './use-comparison.ts';
import { frameOfAddress, useFrameAddress } from './use-frame-address.ts';
import { usePlayerCommands } from './use-player-commands.ts';
import { clipWords } from './words.ts';
import './compare.css';

/** One clip alone, at any frame. */
export function ClipScreen({ clipId }: { readonly clipId: string }): ReactNode {
  useScreenTitle('Clip');
  const { data, error } = useRoomQuery('clips.get', { id: clipId });
  if (data !== undefined) return <OneClip clip={data} />;
  return (
    <>
      <header className="bar">
        <h1>Clip</h1>
      </header>
      {error === null ? <Reading /> : <ErrorState title="Clip not found" error={error} />}
    </>
  );
}

function OneClip({ clip }: { readonly clip: ClipWithRun }): ReactNode {
  const [, navigate] = useLocation();
  const [isChoosing, setIsChoosing] = useState(false);
  const subject = useMemo(() => subjectOfClip(clip), [clip]);
  const comparison = useComparison(subject, null, frameOfAddress(window.location.search))?.comparison ?? null;
  useFrameAddress(comparison, () => null);
  const link = (): void => void copyLink(`${window.location.pathname}${window.location.search}`, 'this frame');
  usePlayerCommands(comparison, false, [
    { id: 'compare', title: 'Compare with…', keyCaps: ['P'], bindings: ['p'], run: () => setIsChoosing(true) },
    { id: 'link', title: 'Copy a link to this frame', keyCaps: ['Y'], bindings: ['y'], run: link },
  ]);
  return (
    <div className="cmp">
      <header className="bar cmp-bar">
        <h1 className="trunc">{clip.clipName ?? clip.fileName}</h1>
        <span className="t2 trunc">{clipWords(clip)}</span>
        <span className="sp" />
        <Button onClick={() => navigate(addressOf.run(clip.runId))}>{clip.runName}</Button>
        <IconButton label="Copy a link to this frame" keyHint="Y" onClick={link}>
          <Link className="icon" aria-hidden="true" />
        </IconButton>
        <Button onClick={() => setIsChoosing(true)}>
          <Columns2 className="icon" aria-hidden="true" />
          Compare with…
        </Button>
      </header>
      {comparison === null ? null : <PlayerView comparison={comparison} left={subject} right={null} />}
      <Sheet title="Compare with" isOpen={isChoosing} onClose={() => setIsChoosing(false)} wide>
        <PairChooser left={clip} right={null} onChoose={(a, b) => navigate(addressOf.compare(a.id, b.id))} />
      </Sheet>
    </div>
  );
}
