import { utilityProcess } from 'electron';
import { fromEngineSchema, type FromEngine, type ToEngine } from '#shared/contract/engine-wire.ts';

/** A running engine as its supervisor sees it; a test gives one of its own. */
export type EngineProcess = {
  readonly pid: () => number | undefined;
  send(message: ToEngine): void;
  onMessage(listener: (message: FromEngine) => void): void;
  /** Once, however it ended. */
  onExit(listener: (exitCode: number) => void): void;
  kill(): void;
};

/** Variables that would change what Node or Electron runs. */
const dangerous = ['NODE_OPTIONS', 'NODE_PATH', 'ELECTRON_RUN_AS_NODE', 'LD_PRELOAD', 'DYLD_INSERT_LIBRARIES'];

export function forkEngine(engineFile: string): EngineProcess {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !dangerous.includes(entry[0]),
  );
  const child = utilityProcess.fork(engineFile, [], {
    serviceName: 'Blueprint Control Room Engine',
    env: Object.fromEntries(inherited),
    stdio: 'inherit',
  });
  return {
    pid: () => child.pid,
    send: (message) => child.postMessage(message),
    onMessage(listener) {
      child.on('message', (data: unknown) => {
        const parsed = fromEngineSchema.safeParse(data);
        // Envelopes and events were held against the contract by the engine itself.
        if (parsed.success) listener(parsed.data as FromEngine);
        else process.stderr.write(`The engine sent something that is no message: ${parsed.error.message}\n`);
      });
    },
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill(),
  };
}
