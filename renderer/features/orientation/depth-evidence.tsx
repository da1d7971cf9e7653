import type { ReactNode } from 'react';
import type { DepthFile, OrientationEvidence } from '#shared/model/orientation.ts';
import { Copyable } from '../../ui/copyable.tsx';
import { Middle } from '../../ui/middle.tsx';
import { Unknown } from '../../ui/tag.tsx';
import { transformWords } from './words.ts';

function File({ file }: { readonly file: DepthFile | null }): ReactNode {
  if (file === null) return <Unknown because="it was not found" />;
  const facts = [
    file.frameCount === null ? null : `${file.frameCount} frames`,
    file.fps === null ? null : `${file.fps} fps`,
    file.widthPx === null ? null : `${file.widthPx} × ${file.heightPx}`,
    file.rotationDegrees === null || file.rotationDegrees === 0 ? null : `asks to be turned ${file.rotationDegrees}°`,
  ].filter((fact) => fact !== null);
  return (
    <>
      <span className="mono s11" title={file.path}>
        <Middle text={file.path} />
      </span>
      <div className="why tn">{facts.length === 0 ? 'could not be read' : facts.join(', ')}</div>
      {file.sha256 === null ? null : (
        <div className="why">
          <Copyable text={file.sha256} label="SHA-256" />
        </div>
      )}
    </>
  );
}

/** The files and frames behind a verdict, and what measured them. */
export function DepthEvidence({ evidence }: { readonly evidence: OrientationEvidence }): ReactNode {
  const { window, framePairs, inputFrom, inputNote, inputTurned, likeness, sameClip, versions } = evidence;
  const first = framePairs[0];
  const last = framePairs.at(-1);
  return (
    <dl className="kv">
      <dt>Control depth</dt>
      <dd>
        <File file={evidence.control} />
      </dd>
      <dt>Input depth</dt>
      <dd>
        <File file={evidence.input} />
        {inputFrom === null ? null : (
          <div className="why">
            {inputFrom === 'control_path'
              ? 'The file that Cosmos was given'
              : `Rebuilt from the manifest${inputTurned === 'identity' ? '' : `, ${transformWords[inputTurned]}`}. ${inputNote ?? ''}`}
          </div>
        )}
      </dd>
      {window === null || first === undefined || last === undefined ? null : (
        <>
          <dt>Frames</dt>
          <dd className="tn">
            {framePairs.length} pairs: {first[0]} to {last[0]} beside {first[1]} to {last[1]}
            {window.stepFrames === 1 ? '' : `, every ${window.stepFrames}th`}
          </dd>
        </>
      )}
      {likeness === null ? null : (
        <>
          <dt>Likeness</dt>
          <dd className="tn">
            SSIM {likeness.ssim.toFixed(2)}, error after a fit {(likeness.fittedError * 100).toFixed(1)} % of the range
          </dd>
        </>
      )}
      {sameClip.alikeCount === 0 ? null : (
        <>
          <dt>Left out</dt>
          <dd className="tn">{sameClip.alikeCount} other clips whose input depth looks the same</dd>
        </>
      )}
      <dt>Measured by</dt>
      <dd className="tn">
        rules {versions.rules}, room {versions.room}, ffmpeg {versions.ffmpeg ?? 'of unknown version'}
      </dd>
    </dl>
  );
}
