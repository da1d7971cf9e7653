/** One simple command of a shell text, and how it hangs together with the one before it. */
export type ShellCommand = {
  /** Words without their quotes; variables and substitutions stay as they are written. */
  readonly words: readonly string[];
  /** Files that its output goes to. */
  readonly outputs: readonly string[];
  /** How it follows the command before: always, only after success or failure, or fed by its output. */
  readonly after: 'always' | 'success' | 'failure' | 'pipe';
  /** A word holds `$(...)` or backquotes outside single quotes: another command runs first. */
  readonly hasSubstitution: boolean;
  readonly isBackground: boolean;
};

const operators = ['&&', '||', '|&', ';', '|', '&', '\n'] as const;

/**
 * Takes a line of shell apart far enough to see which commands would run: quotes, comments, `;`, `&&`, `||`,
 * pipes, redirections. No expansion, no control structures (they come out as commands called `if`, `{`, ...).
 * Null for what it does not take apart: an open quote, a subshell, a here-document, an operator after nothing.
 */
export function readShell(text: string): readonly ShellCommand[] | null {
  const commands: ShellCommand[] = [];
  let words: string[] = [];
  let outputs: string[] = [];
  let after: ShellCommand['after'] = 'always';
  let hasSubstitution = false;
  let word: string | null = null;
  let isTarget = false;
  let isBroken = false;
  let at = 0;

  const endWord = (): void => {
    if (word === null) return;
    if (isTarget) outputs.push(word);
    else words.push(word);
    isTarget = false;
    word = null;
  };
  const endCommand = (operator: string): void => {
    endWord();
    const isEmpty = words.length === 0 && outputs.length === 0;
    if (isTarget || (isEmpty && operator !== '\n')) isBroken = true;
    if (!isEmpty) commands.push({ words, outputs, after, hasSubstitution, isBackground: operator === '&' });
    // A newline after an operator continues it.
    if (!isEmpty) after = followedBy(operator);
    [words, outputs, hasSubstitution, isTarget] = [[], [], false, false];
  };

  while (at < text.length) {
    const character = text[at]!;
    if (character === "'") {
      const end = text.indexOf("'", at + 1);
      if (end < 0) return null;
      word = (word ?? '') + text.slice(at + 1, end);
      at = end + 1;
    } else if (character === '"') {
      const quoted = readDoubleQuoted(text, at + 1);
      if (quoted === null) return null;
      word = (word ?? '') + quoted.text;
      hasSubstitution ||= quoted.hasSubstitution;
      at = quoted.end;
    } else if (character === '\\') {
      if (text[at + 1] !== '\n') word = (word ?? '') + (text[at + 1] ?? character);
      at += 2;
    } else if (character === '#' && word === null) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else if (character === '>' || character === '<') {
      if (text.startsWith('<<', at)) return null;
      // A number before it is a descriptor and no word.
      if (word !== null && /^\d$/.test(word)) word = null;
      endWord();
      const sign = /^(?:>>|>\||>&|>|<&|<>|<)/.exec(text.slice(at))![0];
      at += sign.length;
      const descriptor = sign.endsWith('&') ? /^[\d-]/.exec(text.slice(at)) : null;
      if (descriptor === null) {
        isTarget = true;
        if (sign.startsWith('<')) at = skipWord(text, at, () => (isTarget = false));
      } else at += descriptor[0].length;
    } else if (character === '(' || character === ')' || text.startsWith(';;', at)) {
      return null;
    } else if (text.startsWith('&>', at)) {
      endWord();
      isTarget = true;
      at += text.startsWith('&>>', at) ? 3 : 2;
    } else {
      const operator = operators.find((each) => text.startsWith(each, at));
      if (operator !== undefined) {
        endCommand(operator);
        at += operator.length;
      } else if (/\s/.test(character)) {
        endWord();
        at += 1;
      } else {
        const substitution = substitutionAt(text, at);
        if (substitution === null) return null;
        hasSubstitution ||= substitution !== '';
        const piece = substitution === '' ? character : substitution;
        word = (word ?? '') + piece;
        at += piece.length;
      }
    }
  }
  endCommand('\n');
  return isBroken || after !== 'always' ? null : commands;
}

function followedBy(operator: string): ShellCommand['after'] {
  if (operator === '&&') return 'success';
  if (operator === '||') return 'failure';
  return operator === '|' || operator === '|&' ? 'pipe' : 'always';
}

function readDoubleQuoted(text: string, from: number): { text: string; end: number; hasSubstitution: boolean } | null {
  let read = '';
  let hasSubstitution = false;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at]!;
    if (character === '"') return { text: read, end: at + 1, hasSubstitution };
    if (character === '\\' && /["\\$`]/.test(text[at + 1] ?? '')) {
      at += 1;
      read += text[at]!;
      continue;
    }
    const substitution = substitutionAt(text, at);
    if (substitution === null) return null;
    hasSubstitution ||= substitution !== '';
    read += substitution === '' ? character : substitution;
    at += Math.max(0, substitution.length - 1);
  }
  return null;
}

/** The whole `$(...)` or backquoted text that begins here; empty when none does, null when it does not end. */
function substitutionAt(text: string, from: number): string | null {
  if (text[from] === '`') {
    const end = text.indexOf('`', from + 1);
    return end < 0 ? null : text.slice(from, end + 1);
  }
  if (!text.startsWith('$(', from)) return '';
  let depth = 0;
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth === 0) return text.slice(from, at + 1);
  }
  return null;
}

/** What is read from is of no interest: goes past it. */
function skipWord(text: string, from: number, done: () => void): number {
  done();
  return from + (/^\s*[^\s;|&<>()]*/.exec(text.slice(from))?.[0].length ?? 0);
}
