import type { z } from 'zod';
import { contract, isMethodName } from '#shared/contract/index.ts';
import { exitCodeOf, RoomError, toErrorPayload, type Envelope, type ErrorPayload } from '#shared/errors.ts';
import { isJobOver, type Job } from '#shared/model/job.ts';
import { describeIssues } from '../dispatcher.ts';
import type { Caller, Ports } from '../ports.ts';
import { defaultWorkspacePath, demoWorkspacePath } from '../workspace/home.ts';
import { enterWorkspace, joinSuccessor, type Guest, type Session } from '../workspace/session.ts';
import type { RemoteEngine } from '../workspace/socket-client.ts';
import { helpText } from './help.ts';
import { parseCommandLine, type CommandLine } from './parse.ts';
import { progressLine } from './progress-line.ts';

const closingPatienceMs = 15_000;

export type CommandLineOptions = {
  readonly ports: Ports;
  readonly args: readonly string[];
  readonly caller: Caller;
  /** Makes a path absolute against the folder the command was called in. */
  readonly resolvePath: (path: string) => string;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  /** Fires when the person wants out (Ctrl-C): the job is cancelled, and the call ends with its outcome. */
  readonly interrupt: AbortSignal;
};

/** Runs one call and answers with the exit code. The last line of stderr is the error as JSON. */
export async function runCommandLine(options: CommandLineOptions): Promise<number> {
  try {
    const command = parseCommandLine(options.args);
    if (command.kind === 'help') {
      options.print(helpText(command.method));
      return 0;
    }
    const envelope = await callRoom(command, options);
    if (!envelope.ok) return fail(envelope.error, options);
    options.print(JSON.stringify(envelope.value, null, 2));
    return 0;
  } catch (thrown) {
    return fail(toErrorPayload(thrown), options);
  }
}

function fail(error: ErrorPayload, options: CommandLineOptions): number {
  options.printError(JSON.stringify(error));
  return exitCodeOf(error.code);
}

/** The field of an input that names something on this computer: a relative one counts from where the command was called. */
function withAbsolutePath(method: string, input: unknown, resolvePath: (path: string) => string): unknown {
  // The path of tools.doctor is a list of folders with colons between.
  const field = method === 'gate.evaluate' ? 'labels' : method === 'tools.doctor' ? null : 'path';
  if (field === null || input === null || typeof input !== 'object' || !Object.hasOwn(input, field)) return input;
  const path: unknown = (input as Record<string, unknown>)[field];
  return typeof path !== 'string' || path === '' ? input : { ...input, [field]: resolvePath(path) };
}

async function callRoom(
  command: CommandLine & { kind: 'call' },
  options: CommandLineOptions,
): Promise<Envelope<unknown>> {
  if (!isMethodName(command.method))
    throw new RoomError('unknown_method', `There is no method ${JSON.stringify(command.method)}.`, {
      hint: '"room help" lists the methods.',
    });
  const input = withAbsolutePath(command.method, command.input, options.resolvePath);
  const parsed = contract[command.method].input.safeParse(input);
  const { roomHome } = options.ports;
  const path = command.isDemo
    ? demoWorkspacePath(roomHome)
    : command.workspacePath === null
      ? defaultWorkspacePath(roomHome)
      : options.resolvePath(command.workspacePath);
  // A wrong input is found before an engine is started for it; the dispatcher words the error.
  const entered = parsed.success
    ? await enterWorkspace({
        ports: options.ports,
        path,
        isDemo: path === demoWorkspacePath(roomHome),
        role: 'errand',
        caller: options.caller,
        makeLink: null,
      })
    : null;
  if (entered === null) throw invalidInput(command.method, parsed.error!);
  return entered.kind === 'own'
    ? callOwn(entered, command, input, options)
    : callGuest(entered, command, input, options);
}

function invalidInput(method: string, error: z.ZodError): RoomError {
  return new RoomError('invalid_input', `The input of ${method} is not valid: ${describeIssues(error)}.`, {
    hint: `"room help ${method}" shows what it takes.`,
  });
}

async function callOwn(
  session: Session,
  command: CommandLine & { kind: 'call' },
  input: unknown,
  options: CommandLineOptions,
): Promise<Envelope<unknown>> {
  try {
    const { core } = session;
    if (command.detach) throw noRoomToDetachTo();
    const started = await core.dispatcher.dispatch(command.method, input, options.caller);
    if (!started.ok || contract[command.method as keyof typeof contract].kind !== 'job') return started;
    const { jobId } = started.value as { jobId: string };
    const job = await followOwn(session, jobId, options);
    if (job !== null) return outcomeOf(job);
    // The resident engine took the workspace over and goes on with the job: wait for it there.
    options.printError('The room was opened on this workspace and goes on with this job.');
    const successor = await joinSuccessor(core.workspace);
    return await followGuest(successor, jobId, options);
  } finally {
    // Whoever came to this engine as a guest gets the answer first.
    if (session.socket.hasClients()) await Promise.race([session.socket.whenIdle(), session.handedOver]);
    // The answer is known. An engine that can't close (its folder is gone, its disk hangs) does not keep it.
    await Promise.race([session.close(), new Promise((resolve) => setTimeout(resolve, closingPatienceMs).unref())]);
  }
}

function noRoomToDetachTo(): RoomError {
  return new RoomError(
    'invalid_input',
    '--detach needs a room that stays open: none is, so the job would end with the command that runs it.',
    { hint: 'Start the room first (npm start), or leave --detach out.' },
  );
}

/** The job when it is over; null when the workspace was handed over meanwhile. */
async function followOwn(session: Session, jobId: string, options: CommandLineOptions): Promise<Job | null> {
  const { core } = session;
  const unsubscribe = core.events.subscribe((event) => {
    if (event.name === 'jobs.changed' && event.payload.jobId === jobId)
      void core.jobs.get(jobId).then(
        (job) => showProgress(job, options),
        () => undefined,
      );
  });
  const onInterrupt = (): void => void core.jobs.cancel(jobId).catch(() => undefined);
  options.interrupt.addEventListener('abort', onInterrupt, { once: true });
  try {
    const job = await core.jobs.waitFor(jobId);
    return isJobOver(job.state) ? job : null;
  } finally {
    unsubscribe();
    options.interrupt.removeEventListener('abort', onInterrupt);
  }
}

async function callGuest(
  guest: Guest,
  command: CommandLine & { kind: 'call' },
  input: unknown,
  options: CommandLineOptions,
): Promise<Envelope<unknown>> {
  try {
    if (command.detach && guest.engine.role === 'errand') throw noRoomToDetachTo();
    const started = await guest.engine.call(command.method, input);
    if (!started.ok || contract[command.method as keyof typeof contract].kind !== 'job' || command.detach)
      return started;
    return await followGuest(guest.engine, (started.value as { jobId: string }).jobId, options);
  } finally {
    guest.engine.close();
  }
}

async function followGuest(
  engine: RemoteEngine,
  jobId: string,
  options: CommandLineOptions,
): Promise<Envelope<unknown>> {
  const read = async (): Promise<Job> => {
    const envelope = await engine.call('jobs.get', { id: jobId });
    if (!envelope.ok) throw RoomError.fromPayload(envelope.error);
    return envelope.value as Job;
  };
  const onInterrupt = (): void => void engine.call('jobs.cancel', { id: jobId }).catch(() => undefined);
  options.interrupt.addEventListener('abort', onInterrupt, { once: true });
  try {
    return await new Promise<Envelope<unknown>>((resolve, reject) => {
      const rejectAsLost = (): void =>
        reject(
          new RoomError('could_not_tell', 'The engine that ran this job has gone: how the job ended is not known.', {
            hint: '`jobs.get` says what became of it. Started again, it does not do twice what is done.',
            details: { jobId },
          }),
        );
      const look = (): void => {
        read().then(
          (job) => {
            showProgress(job, options);
            if (isJobOver(job.state)) resolve(outcomeOf(job));
          },
          (error: unknown) => (toErrorPayload(error).code === 'engine_lost' ? rejectAsLost() : reject(error as Error)),
        );
      };
      void engine.ended.then(rejectAsLost);
      engine.subscribe((event) => {
        if (event.name === 'jobs.changed' && event.payload.jobId === jobId) look();
      });
      look();
    });
  } finally {
    options.interrupt.removeEventListener('abort', onInterrupt);
    engine.close();
  }
}

function outcomeOf(job: Job): Envelope<unknown> {
  if (job.state === 'succeeded') return { ok: true, value: job.result };
  const error =
    job.error ?? new RoomError('could_not_tell', `The job ended as ${job.state} without saying why.`).toPayload();
  return { ok: false, error: { ...error, details: { ...error.details, jobId: job.id } } };
}

function showProgress(job: Job, options: CommandLineOptions): void {
  const line = progressLine(job);
  if (line !== null) options.printError(line);
}
