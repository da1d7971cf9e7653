import type { EngineState, ShellPush } from '#shared/contract/desktop-bridge.ts';
import type { FromEngine, StartMessage, ToEngine } from '#shared/contract/engine-wire.ts';
import { RoomError, type Envelope, type ErrorPayload } from '#shared/errors.ts';
import type { EngineProcess } from './engine-process.ts';
import { createMediaRelay, type MediaRelay } from './media-relay.ts';

const firstRetryMs = 250;
const longestRetryMs = 30_000;
/** An engine that ran this long was well: the next loss is a new one. */
const wellAfterMs = 60_000;
/** A start that never succeeded is given up after so many tries: the person is told instead. */
const firstTries = 3;
const stopPatienceMs = 10_000;

export type EngineHostOptions = {
  readonly fork: () => EngineProcess;
  readonly start: StartMessage & { readonly t: 'start_room' };
  /** What is for every window. */
  readonly push: (message: ShellPush) => void;
  /** What the engine asks of the shell: dialogs and secrets. */
  readonly serve: (message: FromEngine, answer: (message: ToEngine) => void) => void;
  /** The room could not be opened at all. */
  readonly onFailed: (error: ErrorPayload, link: string | null) => void;
};

export type EngineHost = {
  /** Never rejects: an engine that died is an envelope, too. */
  call(method: string, input: unknown): Promise<Envelope<unknown>>;
  readonly media: MediaRelay;
  /** Null until the engine is ready for the first time. */
  state(): EngineState | null;
  pid(): number | undefined;
  retryNow(): void;
  stop(): Promise<void>;
};

function engineLost(): RoomError {
  return new RoomError(
    'engine_lost',
    'The engine ended before it answered, so the outcome of this call is not known.',
    {
      hint: 'It is started again by itself. Look at the job list before doing it again.',
    },
  );
}

/** For what is asked for while there is no engine: unlike what was under way, its outcome is known. */
function notSent(): RoomError {
  return new RoomError('engine_lost', 'The engine does not answer, so this was not sent to it: nothing was done.', {
    hint: 'It is started again by itself. Try again when it runs.',
  });
}

/** Keeps one engine process running and tells the windows how it stands. */
export function createEngineHost(options: EngineHostOptions): EngineHost {
  const pending = new Map<number, (envelope: Envelope<unknown>) => void>();
  /** Calls made before the engine was ready for the first time; later ones fail at once. */
  let waiting: ToEngine[] = [];
  let engine: EngineProcess | null = null;
  let state: EngineState | null = null;
  let workspace: Pick<StartMessage & { t: 'start_room' }, 'workspacePath' | 'isDemo'> = options.start;
  let nextId = 1;
  let retryTimer: ReturnType<typeof setTimeout> | null = null;
  let retryMs = firstRetryMs;
  let lossesBeforeReady = 0;
  let isStopping = false;
  let onStopped: (() => void) | null = null;

  const media = createMediaRelay((message) => {
    // As a call does: what is asked for before the first engine is ready waits for it.
    if (state === null && !isStopping) {
      waiting.push(message);
      return;
    }
    if (engine === null || state?.kind !== 'open') throw notSent();
    engine.send(message);
  });

  function setState(next: EngineState): void {
    state = next;
    options.push({ t: 'engine', state: next });
  }

  function start(): void {
    retryTimer = null;
    const started = options.fork();
    engine = started;
    started.onMessage((message) => {
      if (engine === started) receive(message, started);
    });
    started.onExit(() => {
      if (engine === started) lose();
    });
    started.send({ ...options.start, ...workspace });
  }

  function receive(message: FromEngine, from: EngineProcess): void {
    switch (message.t) {
      case 'ready':
        becomeReady(message.workspacePath, from);
        return;
      case 'failed':
        fail(message.error, message.link, from);
        return;
      case 'answer': {
        pending.get(message.id)?.(message.envelope);
        pending.delete(message.id);
        return;
      }
      case 'event':
        options.push({ t: 'event', event: message.event });
        return;
      case 'media.head':
      case 'media.piece':
      case 'media.end':
        media.receive(message);
        return;
      case 'folder.pick':
      case 'notice':
      case 'secret':
        options.serve(message, (answer) => {
          if (engine === from) from.send(answer);
        });
        return;
      case 'done':
        from.kill();
        return;
      case 'print':
        return;
      default:
        message satisfies never;
    }
  }

  function becomeReady(workspacePath: string, from: EngineProcess): void {
    workspace = { workspacePath, isDemo: false };
    if (state?.kind === 'open') return;
    const wasLost = state?.kind === 'lost';
    setState({ kind: 'open', since: Date.now() });
    for (const message of waiting) from.send(message);
    waiting = [];
    if (wasLost) options.push({ t: 'event', event: { name: 'room.changed', payload: {} } });
  }

  function fail(error: ErrorPayload, link: string | null, from: EngineProcess): void {
    if (state === null) {
      engine = null;
      isStopping = true;
      rejectAll();
      from.kill();
      options.onFailed(error, link);
    } else {
      // Its workspace may be busy for a moment, or its disk away: it is tried again.
      from.kill();
    }
  }

  function rejectAll(): void {
    const error = engineLost();
    waiting = [];
    const calls = [...pending.values()];
    pending.clear();
    for (const answer of calls) answer({ ok: false, error: error.toPayload() });
    media.fail(error);
  }

  function lose(): void {
    engine = null;
    rejectAll();
    onStopped?.();
    if (isStopping) return;
    if (state === null && ++lossesBeforeReady >= firstTries) {
      isStopping = true;
      options.onFailed(
        new RoomError('engine_lost', 'The engine of the room ends as soon as it is started.').toPayload(),
        null,
      );
      return;
    }
    if (state?.kind === 'open' && Date.now() - state.since > wellAfterMs) retryMs = firstRetryMs;
    const waitMs = retryMs;
    retryMs = Math.min(retryMs * 2, longestRetryMs);
    retryTimer = setTimeout(start, waitMs);
    if (state !== null) {
      setState({ kind: 'lost', since: state.kind === 'lost' ? state.since : Date.now(), retryAt: Date.now() + waitMs });
    }
  }

  start();

  return {
    call(method, input) {
      if (state?.kind === 'lost' || isStopping) return Promise.resolve({ ok: false, error: notSent().toPayload() });
      const id = nextId++;
      return new Promise((resolve) => {
        pending.set(id, resolve);
        const message: ToEngine = { t: 'call', id, method, input };
        if (state === null || engine === null) waiting.push(message);
        else engine.send(message);
      });
    },
    media,
    state: () => state,
    pid: () => engine?.pid(),
    retryNow() {
      if (retryTimer === null) return;
      clearTimeout(retryTimer);
      retryMs = firstRetryMs;
      start();
    },
    async stop() {
      isStopping = true;
      if (retryTimer !== null) clearTimeout(retryTimer);
      const running = engine;
      if (running === null) return;
      await new Promise<void>((resolve) => {
        const insist = setTimeout(() => {
          running.kill();
          resolve();
        }, stopPatienceMs);
        onStopped = () => {
          clearTimeout(insist);
          resolve();
        };
        running.send({ t: 'stop' });
      });
    },
  };
}
