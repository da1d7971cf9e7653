export type LooseJsonFault = 'half_written' | 'not_json';
export type LooseJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: LooseJsonFault; readonly message: string };

/**
 * Parses JSON as Python writes it: `NaN`, `Infinity` and `-Infinity` become the strings of the same name, and so
 * does a number too large for a double. Tells a file that ends too early from one that is no JSON.
 */
export function parseLooseJson(text: string): LooseJson {
  const clean = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  try {
    return { ok: true, value: JSON.parse(clean) as unknown };
  } catch {
    const { quoted, isOpen } = quoteSpecialNumbers(clean);
    try {
      return { ok: true, value: JSON.parse(quoted) as unknown };
    } catch (error) {
      return {
        ok: false,
        fault: isOpen ? 'half_written' : 'not_json',
        message: error instanceof Error ? error.message : String(error),
      };
    }
  }
}

/** One pass that knows strings from the rest: the words occur in prompts and details too. */
function quoteSpecialNumbers(text: string): { quoted: string; isOpen: boolean } {
  const token = /"[^"\\]*(?:\\[^][^"\\]*)*"|-?\bInfinity\b|\bNaN\b|[[\]{}"]/g;
  let depth = 0;
  let isStringOpen = false;
  let quoted = '';
  let copied = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const word = match[0];
    if (word === '{' || word === '[') depth += 1;
    else if (word === '}' || word === ']') depth -= 1;
    else if (word === '"') {
      isStringOpen = true;
      break;
    } else if (word[0] !== '"') {
      quoted += `${text.slice(copied, match.index)}"${word}"`;
      copied = match.index + word.length;
    }
  }
  const isEmpty = text.trim() === '';
  return { quoted: quoted + text.slice(copied), isOpen: isStringOpen || depth > 0 || isEmpty };
}

/** A copy in which every number is finite, as the room's own JSON requires; deeper than 64 levels is cut. */
export function withFiniteNumbers(value: unknown, depth = 0): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value !== 'object') return value;
  if (depth > 64) return null;
  if (Array.isArray(value)) return value.map((item) => withFiniteNumbers(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withFiniteNumbers(item, depth + 1)]));
}
