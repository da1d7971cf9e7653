/** A script of a checkout, with its text. */
export type ScriptFile = { readonly path: string; readonly text: string };

/**
 * The scripts that a script runs, itself first: every one whose path, or whose name behind a slash, stands in the
 * text of one that is run. More than it really runs may be among them; none of them is missed for being sourced,
 * or started by another.
 */
export function scriptsRunBy(entry: ScriptFile, files: readonly ScriptFile[]): ScriptFile[] {
  const reached = [entry];
  const known = new Set([entry.path]);
  for (let at = 0; at < reached.length; at += 1) {
    const { text } = reached[at]!;
    for (const file of files) {
      if (known.has(file.path) || !isNamedIn(text, file.path)) continue;
      known.add(file.path);
      reached.push(file);
    }
  }
  return reached;
}

function isNamedIn(text: string, path: string): boolean {
  if (text.includes(path)) return true;
  const name = path.slice(path.lastIndexOf('/') + 1);
  // As in "$SCRIPT_DIR/install.sh", and python -m scripts.install.
  return text.includes(`/${name}`) || text.includes(path.replace(/\.py$/, '').replaceAll('/', '.'));
}
