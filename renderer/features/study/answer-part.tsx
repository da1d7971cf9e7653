import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import type { StudyQuestion } from '#shared/model/study.ts';
import type { Answer } from '#shared/rules/arm-gate/labels.ts';
import { useCommands, type Command } from '../../shell/commands.ts';
import { classes } from '../../ui/classes.ts';
import { BlindPanes } from './blind-panes.tsx';
import type { Labelling } from './use-labelling.ts';
import { useBlindPlayer } from './use-blind-player.ts';
import { answerWords } from './words.ts';

/** Answers in the order of their keys under the hands. */
const keysOf = {
  left: [
    ['unsure', 's'],
    ['no', 'd'],
    ['yes', 'f'],
  ],
  right: [
    ['yes', 'j'],
    ['no', 'k'],
    ['unsure', 'l'],
  ],
} as const satisfies Record<'left' | 'right', readonly (readonly [Answer, string])[]>;
const sides = ['left', 'right'] as const;

/** The two clips at the frame that is asked about, and an answer for each. */
export function AnswerPart({
  question,
  item,
  labelling,
  isCut,
}: {
  readonly question: StudyQuestion;
  readonly item: NonNullable<StudyQuestion['item']>;
  readonly labelling: Labelling;
  readonly isCut: boolean;
}): ReactNode {
  const player = useBlindPlayer(item);
  // What is not on the screen can not be answered: one side that comes sooner must not be judged alone.
  const canAnswer = player.isShown && player.isOnFrame && !isCut && !labelling.isSending;
  const choose = (side: 'left' | 'right', answer: Answer): void => {
    if (canAnswer) labelling.choose(side, answer);
  };
  const answers = sides.flatMap((side) =>
    keysOf[side].map(([answer, key]): Command => ({
      id: `${side}-${answer}`,
      title: `${side === 'left' ? 'Left' : 'Right'}: ${answerWords[answer].toLowerCase()}`,
      keyCaps: [key.toUpperCase()],
      bindings: [key],
      inPalette: false,
      run: () => choose(side, answer),
    })),
  );
  useCommands('Study', [
    ...answers,
    {
      id: 'undo',
      title: 'Undo, stay here',
      keyCaps: ['⌫'],
      bindings: ['Backspace'],
      footer: 'undo, stay here',
      run: labelling.undo,
    },
    {
      id: 'play',
      title: 'Play both clips',
      keyCaps: ['Space'],
      bindings: ['Space'],
      footer: 'play',
      run: player.toggle,
    },
    {
      id: 'before',
      title: 'The frame before',
      keyCaps: ['←'],
      bindings: ['ArrowLeft'],
      inPalette: false,
      run: () => player.step(-1),
    },
    {
      id: 'after',
      title: 'The frame after',
      keyCaps: ['→'],
      bindings: ['ArrowRight'],
      inPalette: false,
      run: () => player.step(1),
    },
    {
      id: 'back',
      title: 'Back to the frame that is asked about',
      keyCaps: ['↑'],
      bindings: ['ArrowUp'],
      footer: 'back to the frame',
      run: player.goBack,
    },
    { id: 'zoom', title: 'Zoom both', keyCaps: ['Z'], bindings: ['z'], footer: 'zoom both', run: player.zoom },
  ]);
  return (
    <>
      <div className="study-ask">
        <h2>{question.question}</h2>
        <span className="t3 tn nw">Frame {item.frameNumber} of these clips</span>
      </div>
      <BlindPanes player={player} frame={item.frame} />
      <div className="study-answers">
        {sides.map((side) => (
          <div key={side} className="study-side" role="group" aria-label={side === 'left' ? 'Left' : 'Right'}>
            <b aria-hidden="true">{side === 'left' ? 'Left' : 'Right'}</b>
            {keysOf[side].map(([answer, key]) => {
              const isOn = labelling[side] === answer;
              return (
                <button
                  key={answer}
                  type="button"
                  className={classes('study-answer', isOn && 'on')}
                  aria-pressed={isOn}
                  disabled={!canAnswer}
                  onClick={() => choose(side, answer)}
                >
                  {isOn ? <Check className="icon" aria-hidden="true" /> : null}
                  {answerWords[answer]}
                  <kbd>{key.toUpperCase()}</kbd>
                </button>
              );
            })}
          </div>
        ))}
      </div>
      <Progress question={question} />
    </>
  );
}

/** Counts answers and never what they were. */
function Progress({ question }: { readonly question: StudyQuestion }): ReactNode {
  const { answeredCount, questionCount } = question;
  return (
    <div className="study-progress">
      <progress max={questionCount} value={answeredCount} aria-label="Frames answered" />
      <div className="row s11 t3 tn">
        <span>{answeredCount} answered</span>
        <span className="sp" />
        <span>{questionCount - answeredCount} left. Some clips come twice, to check consistency</span>
      </div>
    </div>
  );
}
