import type { Decision } from '#shared/model/decision.ts';
import type { RoomError } from '#shared/errors.ts';
import { useRoom, useRoomQuery } from '../../client/hooks.ts';
import type { SideName } from '../../player/index.ts';
import { showError, showToast } from '../../ui/toast-store.ts';
import type { Subject } from './subject.ts';

/** What somebody said of a frame of a clip, or of a range of them, in the clip's own frames. */
export type FrameNote = {
  readonly eventId: string;
  readonly side: SideName;
  readonly frame: number;
  readonly frameEnd: number;
  readonly text: string;
  readonly actor: string;
  readonly decidedAt: string;
  readonly onEarlierEncoding: boolean;
};

export type FrameNotes = {
  readonly items: readonly FrameNote[];
  readonly isRead: boolean;
  readonly error: RoomError | null;
  /** Resolves to whether it was recorded. */
  readonly record: (
    subject: Subject,
    range: { readonly first: number; readonly last: number },
    text: string,
  ) => Promise<boolean>;
  readonly undo: (eventId: string) => void;
};

/** Notes on the frames of the clips in view, in the order of their frames. They follow a clip's bytes. */
export function useFrameNotes(left: Subject, right: Subject | null): FrameNotes {
  const { call } = useRoom();
  const ofLeft = useNotesOf(left);
  const ofRight = useNotesOf(right);
  const items = [...notesOf('left', ofLeft.data?.items ?? []), ...notesOf('right', ofRight.data?.items ?? [])];
  const undo = (eventId: string): void => {
    call('decisions.undo', { eventId }).then(
      () => showToast({ shape: 'off', title: 'Note taken back' }),
      (thrown: unknown) => showError('Not taken back', thrown),
    );
  };
  return {
    items: items.toSorted((a, b) => a.frame - b.frame || a.frameEnd - b.frameEnd),
    isRead: (left.clip === null || ofLeft.data !== undefined) && (right?.clip == null || ofRight.data !== undefined),
    error: ofLeft.error ?? ofRight.error,
    undo,
    async record({ clip }, { first, last }, text) {
      if (clip === null) return false;
      try {
        const { eventId } = await call('decisions.record', {
          subject: { kind: 'clip', clipId: clip.id, mediaId: clip.mediaId, frame: first, frameEnd: last },
          value: { kind: 'note', note: text },
        });
        showToast({ shape: 'ok', title: 'Note recorded', action: { label: 'Undo', run: () => undo(eventId) } });
        return true;
      } catch (thrown) {
        showError('Not recorded', thrown);
        return false;
      }
    },
  };
}

function useNotesOf(subject: Subject | null) {
  const clipId = subject?.clip?.id ?? null;
  return useRoomQuery('decisions.list', { clipId: clipId ?? '' }, { enabled: clipId !== null });
}

function notesOf(side: SideName, decisions: readonly Decision[]): FrameNote[] {
  return decisions.flatMap(({ eventId, subject, value, actor, decidedAt, onEarlierEncoding }) =>
    subject.kind !== 'clip' || subject.frame === null || value.note === ''
      ? []
      : [
          {
            eventId,
            side,
            frame: subject.frame,
            frameEnd: subject.frameEnd ?? subject.frame,
            text: value.note,
            actor,
            decidedAt,
            onEarlierEncoding,
          },
        ],
  );
}
