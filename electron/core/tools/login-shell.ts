import { randomBytes } from 'node:crypto';
import { basename, isAbsolute } from 'node:path';
import { toErrorPayload } from '#shared/errors.ts';
import { runTool } from './run-tool.ts';

export type LoginShellAnswer =
  | { readonly ok: true; readonly pathFolders: readonly string[]; readonly sshAuthSock: string | null }
  /** One line that says why nothing was learned. Never an error: the shell is only the last resort. */
  | { readonly ok: false; readonly line: string };

export type LoginShellQuestion = {
  /** `$SHELL` or the account's shell; null when neither is known. */
  readonly shellPath: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
};

const defaultTimeoutMs = 5000;
const maxOutputBytes = 1024 * 1024;

/**
 * Asks the user's login shell for PATH and SSH_AUTH_SOCK, and for nothing else of its environment. Start-up files may
 * print, hang or fail: the answer stands between random marks, the shell is killed after `timeoutMs` (5 s).
 */
export async function askLoginShell(question: LoginShellQuestion): Promise<LoginShellAnswer> {
  const { shellPath } = question;
  if (shellPath === null || !isAbsolute(shellPath)) {
    return { ok: false, line: 'No login shell is known, so its PATH was not asked for.' };
  }
  const mark = `room-${randomBytes(12).toString('hex')}`;
  // /bin/sh prints, so that only the quoting of one plain word has to be understood by fish and csh.
  // The space in front keeps the line out of the history of shells that honour it.
  const command = ` /bin/sh -c 'printf "%s\\000%s\\000%s\\000%s\\000" ${mark} "$PATH" "$SSH_AUTH_SOCK" ${mark}'`;
  try {
    const result = await runTool({
      path: shellPath,
      args: ['-ilc', command],
      env: { ...question.env, SHELL: shellPath, TERM: 'dumb', DISABLE_AUTO_UPDATE: 'true' },
      timeoutMs: question.timeoutMs ?? defaultTimeoutMs,
      // Interactive shells ignore the polite signal.
      killAfterMs: 200,
      maxStdoutBytes: maxOutputBytes,
      // The last line of a start-up file decides the exit code of some shells; the marks say whether it worked.
      okExitCodes: Array.from({ length: 256 }, (_, code) => code),
      signal: question.signal,
    });
    return readAnswer(result.stdout.toString('utf8'), mark, shellPath);
  } catch (error) {
    const why = toErrorPayload(error).message.replaceAll(/\s+/g, ' ');
    return { ok: false, line: `The login shell (${basename(shellPath)}) gave no PATH: ${why}` };
  }
}

/** Finds the answer between the marks in whatever else the shell printed. */
function readAnswer(output: string, mark: string, shellPath: string): LoginShellAnswer {
  const from = output.indexOf(`${mark}\0`);
  const fields = from < 0 ? [] : output.slice(from).split('\0');
  if (fields[0] !== mark || fields[3] !== mark) {
    return { ok: false, line: `The login shell (${basename(shellPath)}) ended without printing its PATH.` };
  }
  const pathFolders = (fields[1] ?? '').split(':').filter((folder) => isAbsolute(folder));
  return {
    ok: true,
    pathFolders: [...new Set(pathFolders)],
    sshAuthSock: fields[2] === '' ? null : (fields[2] ?? null),
  };
}
