import { StringDecoder } from 'node:string_decoder';

export type LineSplitter = {
  readonly push: (chunk: Buffer) => void;
  /** Hands over the last line when it had no line end. */
  readonly end: () => void;
};

/**
 * Cuts a byte stream into lines of UTF-8 text. `\n`, `\r\n` and a lone `\r` (progress meters) end a line.
 * A line longer than `maxLineChars` is handed over in pieces, so a stream without line ends can't grow memory.
 */
export function createLineSplitter(onLine: (line: string) => void, maxLineChars = 65_536): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let endedWithReturn = false;

  /** Hands over whole pieces of a long line and returns what is left of it. */
  const handOverStart = (line: string): string => {
    let left = line;
    while (left.length > maxLineChars) {
      onLine(left.slice(0, maxLineChars));
      left = left.slice(maxLineChars);
    }
    return left;
  };
  const take = (text: string): void => {
    // A `\r\n` may be cut in two by the pipe: its second half must not make an empty line.
    const fresh = endedWithReturn && text.startsWith('\n') ? text.slice(1) : text;
    if (text !== '') endedWithReturn = text.endsWith('\r');
    const parts = (rest + fresh).split(/\r\n|\n|\r/);
    rest = parts.pop() ?? '';
    for (const part of parts) onLine(handOverStart(part));
    rest = handOverStart(rest);
  };

  return {
    push: (chunk) => take(decoder.write(chunk)),
    end: () => {
      take(decoder.end());
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
