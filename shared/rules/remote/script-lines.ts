/** One line of a shell script as the shell sees it: continuations joined, comments gone. */
export type ScriptLine = { readonly line: number; readonly text: string };

/**
 * A script as logical lines. A here-document that is fed to a shell or sent over ssh counts as code; one that is
 * only written or printed does not.
 */
export function readScriptLines(script: string): readonly ScriptLine[] {
  const lines: ScriptLine[] = [];
  const raw = script.split('\n');
  for (let at = 0; at < raw.length; at += 1) {
    const line = at + 1;
    let text = withoutComment(raw[at]!);
    while (/(?:^|[^\\])\\$/.test(text) && at + 1 < raw.length) {
      at += 1;
      text = `${text.slice(0, -1)} ${withoutComment(raw[at]!)}`;
    }
    lines.push({ line, text });
    const heredoc = /<<-?\s*(["']?)([A-Za-z_]\w*)\1/.exec(text);
    if (heredoc === null || /<<</.test(text)) continue;
    const isCode = /(?:^|[\s;&|(/])(?:(?:ba|da|z)?sh|ssh)(?=\s|$)/.test(text.slice(0, heredoc.index));
    for (at += 1; at < raw.length && raw[at]!.trim() !== heredoc[2]; at += 1)
      if (isCode) lines.push({ line: at + 1, text: withoutComment(raw[at]!) });
  }
  return lines;
}

/** Cuts `# …` where it begins a word outside of quotes. */
function withoutComment(line: string): string {
  let quote: string | null = null;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at]!;
    if (quote !== null) {
      if (character === '\\' && quote === '"') at += 1;
      else if (character === quote) quote = null;
    } else if (character === '\\') at += 1;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '#' && (at === 0 || /[\s;&|(]/.test(line[at - 1]!))) return line.slice(0, at).trimEnd();
  }
  return line;
}

/** Functions that a script defines, by name, with the lines of their bodies. */
export function functionsOf(lines: readonly ScriptLine[]): ReadonlyMap<string, readonly ScriptLine[]> {
  const found = new Map<string, readonly ScriptLine[]>();
  for (let at = 0; at < lines.length; at += 1) {
    const head = /^\s*(?:function\s+)?([A-Za-z_][\w-]*)\s*\(\)\s*\{?|^\s*function\s+([A-Za-z_][\w-]*)\s*\{?/.exec(
      lines[at]!.text,
    );
    if (head === null) continue;
    const body: ScriptLine[] = [];
    const rest = lines[at]!.text.slice(head[0].length);
    if (/\}\s*$/.test(rest)) body.push({ line: lines[at]!.line, text: rest.replace(/\}\s*$/, '') });
    else for (at += 1; at < lines.length && !/^\}/.test(lines[at]!.text.trimStart()); at += 1) body.push(lines[at]!);
    found.set((head[1] ?? head[2])!, body);
  }
  return found;
}

/** Words of a piece of shell, quotes taken off; enough for the arguments of an install. */
export function plainWords(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|[^\s"']+/g)].map((match) => match[1] ?? match[2] ?? match[0]);
}
