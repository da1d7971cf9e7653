import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { RoomError } from '#shared/errors.ts';
import type { ExecResult, MachineShell, SshTarget } from '../ssh/machine-shell.ts';
import { shellQuote } from '../ssh/shell-quote.ts';

const statusSchema = z.object({
  v: z.literal(1),
  state: z.enum(['running', 'ended', 'vanished', 'unknown']),
  startedAt: z.number().nullish(),
  endedAt: z.number().nullish(),
  bytes: z.number().int().nullish(),
  now: z.number().nullish(),
  exitCode: z.number().int().nullish(),
  signal: z.number().int().nullish(),
  because: z.string().nullish(),
  cancelled: z.boolean().nullish(),
  left: z.number().int().nullish(),
});
export type StepStatus = z.infer<typeof statusSchema>;

const readSchema = statusSchema.extend({
  from: z.number().int(),
  to: z.number().int(),
  gap: z.tuple([z.number().int(), z.number().int()]).nullable(),
  data: z.string(),
});
const refusalSchema = z.object({ refused: z.literal(true), heldBy: z.string() });
const resultsSchema = z.object({
  items: z.array(
    z.object({
      path: z.string(),
      status: z.string().nullable(),
      detail: z.string().default(''),
      failed: z.array(z.string()).default([]),
    }),
  ),
});
export type ResultFile = z.infer<typeof resultsSchema>['items'][number];

export type StepSpec = {
  readonly id: string;
  readonly lane: string;
  readonly title: string;
  readonly argv: readonly string[];
  /** Text for bash, run with `argv` as its arguments. */
  readonly script?: string;
  readonly cwd?: string | undefined;
  /** Values may be secrets: they travel on standard input, and the machine writes down their names alone. */
  readonly env?: Readonly<Record<string, string>>;
};

/** The script on the machine that starts, reads and ends steps. @throws RoomError of the connection, tool_failed. */
export type StepShell = {
  /** @throws RoomError job_conflict when another step holds the lane. */
  start(target: SshTarget, spec: StepSpec, signal?: AbortSignal): Promise<StepStatus>;
  status(target: SshTarget, id: string, signal?: AbortSignal): Promise<StepStatus>;
  read(
    target: SshTarget,
    id: string,
    from: number,
    signal?: AbortSignal,
  ): Promise<StepStatus & { from: number; to: number; gap: [number, number] | null; bytesRead: Buffer }>;
  cancel(target: SshTarget, id: string, graceSeconds: number): Promise<StepStatus>;
  /** Result files of the pipeline that are newer than a time of the machine's clock, seconds since 1970. */
  results(target: SshTarget, workDir: string, since: number, signal?: AbortSignal): Promise<readonly ResultFile[]>;
};

const maxReadBytes = 512 * 1024;
/** What our command answers when the script is not on the machine yet. */
const missing = 90;

export function createStepShell(deps: { readonly shell: MachineShell; readonly remoteFolder: string }): StepShell {
  async function script(): Promise<{ readonly text: string; readonly name: string }> {
    const text = await readFile(join(deps.remoteFolder, 'step.py'), 'utf8');
    return { text, name: `step-${createHash('sha256').update(text).digest('hex').slice(0, 12)}.py` };
  }

  async function call(
    target: SshTarget,
    words: readonly string[],
    more: { readonly input?: string; readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number } = {},
  ): Promise<ExecResult> {
    const { text, name } = await script();
    const place = `d="\${STEP_DIR:-$HOME/.blueprint-step}"; f="$d/${name}"`;
    const command = `${place}; [ -f "$f" ] || exit ${missing}; exec python3 -I "$f" ${words.map(shellQuote).join(' ')}`;
    const options = {
      maxBytes: 2 * 1024 * 1024,
      timeoutMs: more.timeoutMs ?? 45_000,
      ...(more.input === undefined ? {} : { input: more.input }),
      ...(more.signal === undefined ? {} : { signal: more.signal }),
    };
    const first = await deps.shell.exec(target, command, options);
    if (first.exitCode !== missing) return first;
    const put = await deps.shell.exec(
      target,
      `${place}; umask 077; mkdir -p "$d" && cat >"$f.new.$$" && mv "$f.new.$$" "$f"`,
      { input: text, ...(more.signal === undefined ? {} : { signal: more.signal }) },
    );
    if (put.exitCode !== 0) throw failure(put, 'The script for steps could not be put on the machine');
    return deps.shell.exec(target, command, options);
  }

  function parse<T>(schema: z.ZodType<T>, result: ExecResult): T {
    const value: unknown = jsonOf(result.stdout);
    const refusal = refusalSchema.safeParse(value);
    if (refusal.success)
      throw new RoomError(
        'job_conflict',
        `Another step runs there and must not be overlapped: ${refusal.data.heldBy}.`,
        {
          hint: 'Wait for its end, or cancel it. Nothing was started.',
          details: { heldBy: refusal.data.heldBy },
        },
      );
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw failure(result, 'The machine did not answer about its steps');
    return parsed.data;
  }

  return {
    start: async (target, spec, signal) =>
      parse(statusSchema, await call(target, ['start'], { input: JSON.stringify(spec), signal })),
    status: async (target, id, signal) => parse(statusSchema, await call(target, ['status', id], { signal })),
    async read(target, id, from, signal) {
      const result = await call(target, ['read', id, String(from), String(maxReadBytes)], { signal });
      const { data, ...told } = parse(readSchema, result);
      return { ...told, bytesRead: Buffer.from(data, 'base64') };
    },
    cancel: async (target, id, grace) =>
      parse(statusSchema, await call(target, ['cancel', id, String(grace)], { timeoutMs: (grace + 45) * 1000 })),
    results: async (target, workDir, since, signal) =>
      parse(resultsSchema, await call(target, ['results', workDir, String(since)], { signal })).items,
  };
}

function jsonOf(stdout: string): unknown {
  try {
    return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  } catch {
    return null;
  }
}

function failure(result: ExecResult, what: string): RoomError {
  const said = `${result.stderr} ${result.stdout}`.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
  if (result.exitCode === 127)
    return new RoomError('tool_missing', `${what}: python3 is not there.`, {
      hint: 'Install Python 3 on the machine, or take an image that has it.',
    });
  return new RoomError('tool_failed', `${what} (exit ${result.exitCode ?? 'unknown'}): ${said || 'no words'}.`, {
    hint: 'Look at its disk and its Python by ssh (ssh.command).',
  });
}
