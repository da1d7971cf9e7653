import type { MethodOutput } from '#shared/contract/index.ts';
import type { StudyPlan, StudySummary } from '#shared/model/study.ts';

/** Pictures of one pair: the frames that were asked about, JPEG as base64, in the order of the plan. */
export type PairPictures = {
  readonly pairId: string;
  readonly baseline: readonly string[];
  readonly candidate: readonly string[];
};

/** Everything that a third person needs to follow a verdict and to come to it again. */
export type ReportData = {
  readonly schema: 1;
  readonly kind: 'study_report';
  readonly summary: StudySummary;
  readonly plan: StudyPlan;
  readonly planHash: string;
  readonly sides: { readonly seed: string; readonly salt: string; readonly isAsCommitted: boolean };
  readonly result: MethodOutput<'studies.result'>;
  readonly madeAt: string;
  readonly versions: { readonly room: string; readonly ffmpeg: string | null };
  /** Empty where no picture could be made: `pictureNote` says why. */
  readonly pictures: readonly PairPictures[];
  readonly pictureNote: string | null;
};
