import type { ReactNode } from 'react';
import { Tag } from '../../ui/tag.tsx';
import type { Subject } from './subject.ts';
import { promptOriginWords } from './words.ts';

/** The prompts of both sides and where they came from. */
export function PromptFacts({ left, right }: { readonly left: Subject; readonly right: Subject | null }): ReactNode {
  const a = left.clip?.prompt ?? null;
  const b = right?.clip?.prompt ?? null;
  if (a === null && b === null) return null;
  const isSame = a !== null && a === b;
  return (
    <section>
      <h2>
        Prompt
        <span className="sp" />
        <Origin subject={a === null && right !== null ? right : left} />
      </h2>
      {a === null ? null : <p className="t2">{isSame || right === null ? a : `A: ${a}`}</p>}
      {isSame || b === null ? null : (
        <>
          <p className="t2">B: {b}</p>
          {a === null || right === null ? null : <Origin subject={right} />}
        </>
      )}
      {isSame ? <p className="why">Same text in A and B.</p> : null}
      {left.clip?.promptOriginWhy === null || left.clip === null ? null : (
        <p className="why">{left.clip.promptOriginWhy}</p>
      )}
    </section>
  );
}

function Origin({ subject }: { readonly subject: Subject }): ReactNode {
  const origin = subject.clip?.promptOrigin ?? null;
  if (origin === null) return null;
  const tone = origin === 'unknown' ? 'unk' : origin === 'builtin' || origin === 'builtin_industrial' ? 'warn' : null;
  return <Tag {...(tone === null ? {} : { tone })}>{promptOriginWords[origin]}</Tag>;
}
