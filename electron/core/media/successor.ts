import { compareSignatures } from './signature.ts';
import type { LumaSignature, SignatureAgreement } from './signature.ts';

/** One version of the bytes that were seen at one place of a run. */
export type PlacedVersion = {
  readonly runId: string;
  /** Relative to the run folder. */
  readonly path: string;
  readonly mediaId: string;
  readonly codec: string | null;
  readonly frameCount: number | null;
  readonly widthPx: number | null;
  readonly heightPx: number | null;
  /** Null when the bytes were gone, or ffmpeg was not there, when somebody asked. */
  readonly signature: LumaSignature | null;
};

export type SuccessorDecision =
  | {
      readonly isSuccessor: true;
      /** What the link rests on. Frame count and size alone can't tell another render of the same shape apart. */
      readonly basis: 'signature' | 'frame_count_and_size';
      readonly why: string;
      readonly agreement: SignatureAgreement | null;
    }
  | {
      readonly isSuccessor: false;
      readonly reason:
        | 'other_place'
        | 'same_version'
        | 'not_a_conversion'
        | 'unknown_shape'
        | 'other_shape'
        | 'other_pictures';
      readonly why: string;
      readonly agreement: SignatureAgreement | null;
    };

/**
 * Two encodings of the same pictures stayed above 0.9994 and below 0.6 brightness steps on the demo clips (mp4v at
 * quality 5 against its H.264); a clip with the arm drawn in reached 0.97.
 */
const leastCorrelation = 0.995;
const mostFrameDifference = 3;
/** For clips of one flat grey, where correlation says nothing. */
const mostFlatDifference = 1;

/**
 * Whether `newer` is what the pipeline made of `older` when it converted the file in place to H.264: the same place, other
 * bytes, from another codec to H.264, the same frame count and size, and pictures that agree when both signatures are known.
 * Pure. An unknown count or size is never taken for a match.
 */
export function decideSuccessor(older: PlacedVersion, newer: PlacedVersion): SuccessorDecision {
  if (older.runId !== newer.runId || older.path !== newer.path)
    return no('other_place', 'They were not seen at the same place of the same run.');
  if (older.mediaId === newer.mediaId) return no('same_version', 'They are the same version.');
  if (isH264(older.codec) || !isH264(newer.codec)) {
    return no(
      'not_a_conversion',
      `${older.codec ?? 'An unknown codec'} to ${newer.codec ?? 'an unknown codec'} is not what the in-place conversion does.`,
    );
  }
  const shape = [older.frameCount, older.widthPx, older.heightPx, newer.frameCount, newer.widthPx, newer.heightPx];
  if (shape.includes(null)) return no('unknown_shape', 'The frame count or size of one of them is not known.');
  if (older.frameCount !== newer.frameCount || older.widthPx !== newer.widthPx || older.heightPx !== newer.heightPx) {
    return no('other_shape', `${describe(older)} became ${describe(newer)}.`);
  }
  const agreement =
    older.signature === null || newer.signature === null ? null : compareSignatures(older.signature, newer.signature);
  if (agreement === null) {
    return {
      isSuccessor: true,
      basis: 'frame_count_and_size',
      why: `Same place, ${describe(newer)} in both; the pictures could not be compared.`,
      agreement,
    };
  }
  const measured = `correlation ${agreement.correlation === null ? 'unknown' : agreement.correlation.toFixed(4)}, largest difference ${agreement.worstFrameDifference.toFixed(1)} of 255`;
  if (!agrees(agreement))
    return {
      ...no('other_pictures', `The pictures differ (${measured}): it was made again, not converted.`),
      agreement,
    };
  return {
    isSuccessor: true,
    basis: 'signature',
    why: `Same place, ${describe(newer)} in both, and the pictures agree (${measured}).`,
    agreement,
  };
}

function agrees(agreement: SignatureAgreement): boolean {
  if (agreement.correlation === null) return agreement.worstFrameDifference <= mostFlatDifference;
  return agreement.correlation >= leastCorrelation && agreement.worstFrameDifference <= mostFrameDifference;
}

function isH264(codec: string | null): boolean {
  return codec !== null && /^avc[13](\.|$)/.test(codec);
}

function describe(version: PlacedVersion): string {
  return `${version.frameCount} frames of ${version.widthPx}x${version.heightPx}`;
}

function no(
  reason: Extract<SuccessorDecision, { isSuccessor: false }>['reason'],
  why: string,
): Extract<SuccessorDecision, { isSuccessor: false }> {
  return { isSuccessor: false, reason, why, agreement: null };
}
