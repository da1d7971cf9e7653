import { useEffect, useRef, useState } from 'react';
import type { RoomError } from '#shared/errors.ts';
import type { StudyQuestion } from '#shared/model/study.ts';
import type { Answer } from '#shared/rules/arm-gate/labels.ts';
import { useRoom, useRoomQuery } from '../../client/hooks.ts';
import { showError } from '../../ui/toast-store.ts';

export type Labelling = {
  readonly question: StudyQuestion | null;
  readonly error: RoomError | null;
  readonly left: Answer | null;
  readonly right: Answer | null;
  readonly isSending: boolean;
  readonly choose: (side: 'left' | 'right', answer: Answer) => void;
  readonly undo: () => void;
  readonly readAgain: () => void;
};

/** The question in view and the answers to it. When both sides have one, they are sent and the next question comes. */
export function useLabelling(studyId: string): Labelling {
  const { call } = useRoom();
  const first = useRoomQuery('studies.question', { studyId });
  // What the newest answer brought; the first question comes from the query.
  const [newest, setNewest] = useState<StudyQuestion | null>(null);
  const [chosen, setChosen] = useState<{ readonly left: Answer | null; readonly right: Answer | null }>(nothing);
  const [isSending, setIsSending] = useState(false);
  const question = newest ?? first.data ?? null;
  const itemId = question?.item?.itemId ?? null;
  const sendingId = useRef<string | null>(null);

  const take = (asked: Promise<StudyQuestion>, what: string): void => {
    setIsSending(true);
    asked
      .then(setNewest, (thrown: unknown) => {
        showError(what, thrown);
        // Another window may have answered it: what stands is asked anew.
        setNewest(null);
        void first.refetch();
      })
      .finally(() => {
        sendingId.current = null;
        setChosen(nothing);
        setIsSending(false);
      });
  };
  useEffect(() => setChosen(nothing), [itemId]);

  return {
    question,
    error: first.error,
    ...chosen,
    isSending,
    choose(side, answer) {
      if (itemId === null || isSending || sendingId.current !== null) return;
      const both = { ...chosen, [side]: answer };
      setChosen(both);
      if (both.left === null || both.right === null) return;
      sendingId.current = itemId;
      take(call('studies.answer', { studyId, itemId, left: both.left, right: both.right }), 'The answer was not saved');
    },
    undo() {
      if (isSending || sendingId.current !== null) return;
      // One side is chosen and not sent yet: that is what is taken back first.
      if (chosen.left !== null || chosen.right !== null) setChosen(nothing);
      else if (question?.canUndo === true) take(call('studies.undo', { studyId }), 'Nothing was taken back');
    },
    readAgain: () => void first.refetch(),
  };
}

const nothing = { left: null, right: null } as const;
