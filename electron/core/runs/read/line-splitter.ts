/** Lines longer than this many bytes are cut, with a mark that says how long they were. */
export const maxLineBytes = 16 * 1024;

/**
 * Splits bytes into lines with memory bounded by one cut line. Bytes that are no UTF-8 become U+FFFD, CRLF
 * counts as one end, NUL becomes U+FFFD (a database would end the text there).
 */
export function createLineSplitter(onLine: (text: string) => void): {
  /** Takes a chunk; returns the number of bytes from the start of this chunk up to and including its last line end, 0 for none. */
  readonly take: (chunk: Buffer) => number;
  /** Bytes taken since the last line end. */
  readonly pendingBytes: () => number;
  /** Gives out what stands after the last line end as a line. */
  readonly flush: () => void;
} {
  let parts: Buffer[] = [];
  let keptBytes = 0;
  let lineBytes = 0;

  function keep(slice: Buffer, isStable: boolean): void {
    lineBytes += slice.length;
    const room = maxLineBytes - keptBytes;
    if (room <= 0 || slice.length === 0) return;
    const kept = slice.length <= room ? slice : slice.subarray(0, room);
    // A slice that outlives its chunk is copied, or one short line would hold a whole buffer.
    parts.push(isStable ? kept : Buffer.from(kept));
    keptBytes += kept.length;
  }

  function give(): void {
    let bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    const isCut = lineBytes > keptBytes;
    if (!isCut && bytes.length > 0 && bytes[bytes.length - 1] === 13) bytes = bytes.subarray(0, bytes.length - 1);
    let text = bytes.toString('utf8');
    if (text.includes('\0')) text = text.replaceAll('\0', '\uFFFD');
    if (isCut) text = `${text.replace(/\uFFFD$/, '')} … [cut: ${lineBytes} bytes]`;
    parts = [];
    keptBytes = 0;
    lineBytes = 0;
    onLine(text);
  }

  return {
    take: (chunk) => {
      let from = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
        keep(chunk.subarray(from, end), true);
        give();
        from = end + 1;
      }
      if (from < chunk.length) keep(chunk.subarray(from), false);
      return from;
    },
    pendingBytes: () => lineBytes,
    flush: () => {
      if (lineBytes > 0) give();
    },
  };
}
