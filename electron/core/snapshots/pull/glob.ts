/**
 * Patterns of a sync profile: `*` within a name, `**` over folders, `?` one character. A pattern without a
 * slash is a name anywhere; a folder that matches leaves out everything below it.
 */
export function globMatcher(patterns: readonly string[]): (path: string) => string | null {
  const compiled = patterns.map((pattern) => ({ pattern, test: compile(pattern) }));
  return (path) => compiled.find(({ test }) => test.test(path))?.pattern ?? null;
}

function compile(pattern: string): RegExp {
  const anchored = pattern.includes('/') ? pattern.replace(/^\//, '') : `**/${pattern}`;
  let source = '';
  for (let i = 0; i < anchored.length; i++) {
    const rest = anchored.slice(i);
    if (rest.startsWith('**/')) {
      source += '(?:[^]*/)?';
      i += 2;
    } else if (rest.startsWith('**')) {
      source += '[^]*';
      i += 1;
    } else if (rest.startsWith('*')) source += '[^/]*';
    else if (rest.startsWith('?')) source += '[^/]';
    else source += anchored[i]!.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
  }
  return new RegExp(`^${source}(?:/[^]*)?$`, 'u');
}
