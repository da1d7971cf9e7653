import { readdirSync, readFileSync } from 'node:fs';

/** Command lines of every process of this machine, by id; what ended meanwhile is left out. */
export function commandLines(): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      found.set(Number(name), readFileSync(`/proc/${name}/cmdline`, 'utf8'));
    } catch {
      // It ended.
    }
  }
  return found;
}

/** The rclone that was started with a text, such as a folder of this test, in its arguments. */
export function rcloneWith(text: string): number | null {
  for (const [pid, line] of commandLines()) if (/rclone\0/.test(line) && line.includes(text)) return pid;
  return null;
}

/** Whether a process is there and no zombie. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Every file below a folder that holds a text. */
export function filesWith(folder: string, text: string): readonly string[] {
  const wanted = Buffer.from(text);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .filter((path) => readFileSync(path).includes(wanted));
}
