import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '#core/ports.ts';

const rotateBytes = 5 * 1024 * 1024;

/** Keys whose values never reach a log, wherever they stand. */
const secretKey = /(token|secret|password|api_?key|authorization|credential|private_?key)/i;

function redact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redact);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, secretKey.test(key) ? '[redacted]' : redact(item)]),
  );
}

/** JSON lines in `<workspace>/log/room.jsonl`, owner only, with one older file kept. Never throws: logging is not the work. */
export function createRoomLog(folder: () => string | null): Log {
  return (entry) => {
    const workspace = folder();
    if (workspace === null) return;
    try {
      const path = join(workspace, 'log', 'room.jsonl');
      mkdirSync(join(workspace, 'log'), { recursive: true, mode: 0o700 });
      const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      if (size > rotateBytes) renameSync(path, `${path}.1`);
      appendFileSync(path, `${JSON.stringify({ at: new Date().toISOString(), ...(redact(entry) as object) })}\n`, {
        mode: 0o600,
      });
    } catch {
      // A full disk is told where the work fails; a log that can't be written must not stop it.
    }
  };
}
