/** One word for a POSIX shell, whatever is in it. Every text that was read somewhere goes through this. */
export function shellQuote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
