import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MethodName, MethodOutput, MethodParsedInput } from '#shared/contract/index.ts';
import { RoomError, toErrorPayload } from '#shared/errors.ts';
import { isJobOver, type Job } from '#shared/model/job.ts';
import { proofTitles, type ProofStep } from '#shared/model/schedule.ts';
import { fileToProve } from '#shared/rules/file-to-prove.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { readManifest } from '../mirror/snapshot-reader.ts';
import { nowIso, scheduleCaller, type ScheduleDeps } from './deps.ts';

type ProveDeps = ScheduleDeps & {
  /** Where the file that is brought back lies until it was compared. */
  readonly proofFolder: string;
};

/**
 * Walks the whole chain once, by the same jobs that the schedule and a person use, and ends well only when a file
 * that came back from the bucket is, byte by byte, what the machine had.
 * @throws RoomError of the step that failed; `details.steps` says what was proved before it, and what never was.
 */
export async function proveSync(
  input: MethodParsedInput<'sync.prove'>,
  context: JobContext,
  deps: ProveDeps,
): Promise<MethodOutput<'sync.prove'>> {
  const { file: wanted, ...copy } = input;
  const steps = (Object.keys(proofTitles) as ProofStep['name'][]).map((name): ProofStep => notReached(name));

  /** Runs the job of a step and writes into the report what came of it. */
  async function prove<M extends MethodName>(
    name: ProofStep['name'],
    method: M,
    jobInput: MethodParsedInput<M>,
    inWords: (result: MethodOutput<M>) => string,
  ): Promise<MethodOutput<M>> {
    const at = steps.findIndex((step) => step.name === name);
    const note = (patch: Partial<ProofStep>): void => {
      steps[at] = { ...steps[at]!, ...patch };
    };
    return context.step(proofTitles[name], async () => {
      note({ startedAt: nowIso(deps) });
      try {
        const job = await runJob(method, jobInput, context, deps, (jobId) => note({ jobId }));
        const result = job.result as MethodOutput<M>;
        note({ state: 'done', words: inWords(result), finishedAt: nowIso(deps) });
        context.detail(inWords(result));
        return result;
      } catch (thrown) {
        const { code, message, hint } = toErrorPayload(thrown);
        note({ state: 'failed', words: message, finishedAt: nowIso(deps) });
        if (context.signal.aborted) throw thrown;
        throw new RoomError(code, `Not proved. ${proofTitles[name]}: ${message}`, {
          ...(hint === null ? {} : { hint }),
          details: { steps },
        });
      }
    });
  }

  const schedule =
    copy.instanceId === undefined ? null : await deps.database.read('schedule.of', { instanceId: copy.instanceId });
  const asScheduled = schedule?.settings.profileId ?? null;
  const isSaid = copy.items !== undefined || copy.profileId !== undefined || asScheduled === null;
  const snapshot = await prove(
    'copy',
    'snapshots.pull',
    { ...copy, lane: 'all', ...(isSaid ? {} : { profileId: asScheduled }) },
    (result) =>
      `Snapshot ${result.tag}: ${result.fileCount} files, ${result.totalBytes} bytes, each compared with the machine.`,
  );
  const { instanceId, tag } = snapshot;
  const pushed = await prove(
    'mirror',
    'mirror.push',
    { snapshotId: snapshot.id },
    (result) =>
      `${result.uploadedObjects} objects went up, ${result.reusedObjects} were there; a listing shows all of them.`,
  );
  await prove('check', 'mirror.check', { instanceId, readBack: 'due', readBackDays: 30 }, (result) => {
    const here = result.snapshots.find((each) => each.tag === tag);
    if (here === undefined) throw new RoomError('file_missing', `The bucket's listing does not show ${tag}.`);
    if (result.damaged.length > 0)
      throw new RoomError('file_damaged', `${result.damaged.length} objects in the bucket are not good.`, {
        hint: 'mirror.repair puts a good version over each, from this computer.',
      });
    return `${result.objectCount} objects listed, ${result.readBack.count} read back; none is damaged.`;
  });

  const file = fileToProve((await readManifest(snapshot.path)).manifest.files, wanted ?? null);
  if (file === null)
    throw new RoomError(
      wanted === undefined ? 'conflict' : 'not_found',
      wanted === undefined
        ? `Not proved. Snapshot ${tag} has no file with bytes that could be brought back.`
        : `Not proved. Snapshot ${tag} has no file ${wanted}.`,
      { details: { steps } },
    );
  const path = join(deps.proofFolder, randomUUID());
  try {
    await prove(
      'restore',
      'mirror.pull',
      { instanceId, tag, source: 'room', path, files: [file.path] },
      () => `${file.path}, ${file.sizeBytes} bytes, came back from the bucket with the SHA-256 that the machine gave.`,
    );
  } finally {
    for (const folder of [path, `${path}.restoring`]) await rm(folder, { recursive: true, force: true });
  }
  const { remote } = pushed;
  return { state: 'proved', instanceId, snapshotId: snapshot.id, tag, remote, file, steps, provedAt: nowIso(deps) };
}

const notReached = (name: ProofStep['name']): ProofStep => ({
  name,
  state: 'not_reached',
  words: '',
  jobId: null,
  startedAt: null,
  finishedAt: null,
});

/**
 * Runs a job to its end, which must be a good one; it is cancelled with whoever waits for it. A copy of the machine
 * that is under way already is waited for.
 */
async function runJob(
  method: MethodName,
  input: unknown,
  context: JobContext,
  deps: ProveDeps,
  onJob: (jobId: string) => void,
): Promise<Job> {
  for (;;) {
    const answer = await deps.call(method, input, scheduleCaller);
    if (!answer.ok) throw RoomError.fromPayload(answer.error);
    const { jobId } = answer.value as { readonly jobId: string };
    onJob(jobId);
    const cancel = (): void => void deps.call('jobs.cancel', { id: jobId }, scheduleCaller);
    context.signal.addEventListener('abort', cancel, { once: true });
    const job = await deps.jobs.waitFor(jobId).finally(() => context.signal.removeEventListener('abort', cancel));
    context.signal.throwIfAborted();
    if (job.state === 'succeeded') return job;
    const other = job.error?.code === 'job_conflict' ? await runningLike(job, deps) : null;
    if (other !== null) {
      await deps.jobs.waitFor(other);
      context.signal.throwIfAborted();
      continue;
    }
    const because = isJobOver(job.state) ? `Its job ended ${job.state}.` : 'Another engine goes on with its job.';
    throw job.error === null ? new RoomError('tool_failed', because) : RoomError.fromPayload(job.error);
  }
}

/** Another job of this room that does the same for the same machine. */
async function runningLike(job: Job, deps: ProveDeps): Promise<string | null> {
  const open = await deps.database.read('jobs.open', undefined as never);
  return open.find((it) => it.kind === job.kind && it.subject === job.subject && it.id !== job.id)?.id ?? null;
}
