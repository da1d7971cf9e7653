import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { RoomError } from '#shared/errors.ts';
import { sayFsError } from '../runs/read/fs-errors.ts';
import type { MachineShell, SshTarget } from '../ssh/machine-shell.ts';
import { shellQuote } from '../ssh/shell-quote.ts';

const maxBytes = 16 * 1024 * 1024;

/**
 * Puts a file of this computer into a checkout, and reads its hash back. What was there and differs is kept beside
 * it as `<name>.before-<hash>`.
 * @throws RoomError path_unreadable, invalid_input, could_not_tell when it reads back as something else
 */
export async function uploadFile(
  shell: MachineShell,
  target: SshTarget,
  upload: { readonly file: string; readonly to: string; readonly signal: AbortSignal },
): Promise<void> {
  const bytes = await readFile(upload.file).catch((thrown: unknown) => {
    throw new RoomError('path_unreadable', `${upload.file} can not be read: ${sayFsError(thrown)}`);
  });
  if (bytes.length > maxBytes)
    throw new RoomError('invalid_input', `${upload.file} has ${bytes.length} bytes; ${maxBytes} are the most here.`);
  const hash = createHash('sha256').update(bytes).digest('hex');
  const result = await shell.exec(
    target,
    [
      `f=${shellQuote(upload.to)}; h=${hash}; umask 077; mkdir -p "$(dirname "$f")" || exit 1`,
      `cat >"$f.new.$$" && [ "$(sha256sum "$f.new.$$" | cut -c1-64)" = "$h" ] || { rm -f "$f.new.$$"; exit 4; }`,
      `if [ -f "$f" ]; then o=$(sha256sum "$f" | cut -c1-64)`,
      `if [ "$o" != "$h" ]; then cp -p "$f" "$f.before-$(printf %s "$o" | cut -c1-12)" || exit 1; chmod --reference="$f" "$f.new.$$"; fi; fi`,
      `mv "$f.new.$$" "$f" && sha256sum "$f" | cut -c1-64`,
    ].join('\n'),
    { input: bytes, timeoutMs: 300_000, signal: upload.signal },
  );
  if (result.exitCode !== 0 || result.stdout.trim() !== hash)
    throw new RoomError(
      'could_not_tell',
      `${upload.to} was sent and does not read back as it was (exit ${result.exitCode ?? 'unknown'}): ${result.stderr.trim().slice(-300)}`,
      { hint: 'Look at the disk of the machine. Nothing was run.' },
    );
}
