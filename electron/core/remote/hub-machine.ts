import { z } from 'zod';
import { hubAnswerSchema, type HubAnswer } from '#shared/model/hub.ts';
import type { GatedFile, MachineChecks } from '#shared/model/machine-checks.ts';
import type { SshTarget } from '../ssh/machine-shell.ts';
import { askProgram, type ProgramDeps } from './machine-program.ts';

const timeoutMs = 300_000;

const answerSchema = z.object({
  v: z.literal(1),
  address: z.string(),
  hasToken: z.boolean(),
  items: z.array(hubAnswerSchema.omit({ stages: true })),
});

/** What a run needs beside the core. */
export type HubNeeds = { readonly guardrails: boolean; readonly dual: boolean };

/** The files that a run needs; those of the guardrails and of the policies only when it does. */
export const filesFor = (checks: MachineChecks, needs: HubNeeds): readonly GatedFile[] =>
  checks.gatedFiles.filter((it) => it.only === undefined || needs[it.only]);

/** One byte of each file, from a machine and with the token that it has. @throws RoomError of the connection. */
export async function checkFromMachine(
  deps: ProgramDeps,
  target: SshTarget,
  ask: { readonly checkout: string; readonly files: readonly GatedFile[]; readonly signal: AbortSignal },
): Promise<{ readonly address: string; readonly hasToken: boolean; readonly items: readonly HubAnswer[] }> {
  const { checkout, files, signal } = ask;
  const told = await askProgram(deps, target, {
    program: 'hub-check.py',
    schema: answerSchema,
    input: { checkout, files },
    what: 'gated files',
    timeoutMs,
    signal,
  });
  return { ...told, items: told.items.map((it, index) => ({ ...it, stages: [...(files[index]?.stages ?? [])] })) };
}
