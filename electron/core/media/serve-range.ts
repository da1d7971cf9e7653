export type RangeAnswer =
  /** No usable range was asked for: the whole file. */
  | { readonly kind: 'whole' }
  /** First and last byte, both included. */
  | { readonly kind: 'part'; readonly firstByte: number; readonly lastByte: number }
  | { readonly kind: 'unsatisfiable' };

const maxHeaderChars = 256;

/**
 * Reads a Range header for a file of `sizeBytes`.
 *
 * - One range (`bytes=0-9`, `bytes=10-`, `bytes=-5`) is answered with that part, cut at the end of the file.
 * - Several ranges are answered with the whole file, which RFC 9110 allows; no media element asks for them.
 * - A unit other than bytes is ignored, as the RFC demands.
 * - Anything malformed, backwards, empty or past the end is unsatisfiable: a clear 416 instead of a whole clip.
 */
export function parseRange(header: string | null, sizeBytes: number): RangeAnswer {
  if (header === null) return { kind: 'whole' };
  if (header.length > maxHeaderChars) return { kind: 'unsatisfiable' };
  const [unit = '', ...rest] = header.split('=');
  if (unit.trim().toLowerCase() !== 'bytes') return rest.length === 0 ? { kind: 'unsatisfiable' } : { kind: 'whole' };
  const ranges = rest.join('=').split(',');
  const answers = ranges.map((range) => parseOne(range.trim(), sizeBytes));
  if (ranges.length > 1)
    return answers.some((answer) => answer.kind === 'part') ? { kind: 'whole' } : { kind: 'unsatisfiable' };
  return answers[0] ?? { kind: 'unsatisfiable' };
}

function parseOne(range: string, sizeBytes: number): RangeAnswer {
  const match = /^(\d*)-(\d*)$/.exec(range);
  if (match === null) return { kind: 'unsatisfiable' };
  const [, from = '', to = ''] = match;
  if (from === '' && to === '') return { kind: 'unsatisfiable' };
  const lastOfFile = sizeBytes - 1;
  if (from === '') {
    const wanted = Number(to);
    if (wanted === 0 || sizeBytes === 0) return { kind: 'unsatisfiable' };
    return { kind: 'part', firstByte: Math.max(0, sizeBytes - wanted), lastByte: lastOfFile };
  }
  const firstByte = Number(from);
  const lastByte = to === '' ? lastOfFile : Number(to);
  if (firstByte > lastOfFile || lastByte < firstByte) return { kind: 'unsatisfiable' };
  return { kind: 'part', firstByte, lastByte: Math.min(lastByte, lastOfFile) };
}
