import type { Worker } from 'node:worker_threads';
import type { Actor } from '#shared/model/job.ts';
import type { SecretStore } from './secrets/secret-store.ts';

/** Wall clock, so that tests and replays can set the time. Milliseconds since 1970, UTC. */
export type Clock = { readonly now: () => number };

export const systemClock: Clock = { now: () => Date.now() };

/** Threads of the core, by what they do. A shell knows where its copy of the file is. */
export type ThreadName = 'database' | 'tasks' | 'transfer';

export type LogEntry = {
  readonly at: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly area: string;
  readonly message: string;
  readonly jobId?: string;
  readonly facts?: Readonly<Record<string, unknown>>;
};
/** What a person should hear of although nobody may be looking at the room. */
export type Notice = {
  readonly title: string;
  readonly body: string;
  /** `critical`: money is lost until somebody acts. */
  readonly urgency: 'normal' | 'critical';
};
/** True when a person outside of the room is shown it; false when it is only written somewhere. */
export type Notifier = (notice: Notice) => boolean;

export type Log = (entry: Omit<LogEntry, 'at'>) => void;

/** What a shell supplies; core asks for nothing else from the world around it. */
export type Ports = {
  readonly shell: 'desktop' | 'browser' | 'command_line';
  readonly clock: Clock;
  readonly log: Log;
  /** Absolute folder of the shipped, read-only `configs/`. */
  readonly configsFolder: string;
  /** Absolute folder of the shipped demo material; null when it is not shipped. */
  readonly demoFolder: string | null;
  /** Absolute folder of the shipped scripts that run on machines (`resources/remote`). */
  readonly remoteFolder: string;
  readonly version: string;
  /** What makes one call of this room from outside of it: a program by its absolute path, and its first arguments. */
  readonly program: readonly string[];
  /** The account's home folder. */
  readonly homeFolder: string;
  /** Folder of what belongs to this computer and no workspace. */
  readonly roomHome: string;
  /** Environment of the process, for finding programs. Never written. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly startThread: (name: ThreadName, data: unknown) => Worker;
  /** Native folder dialog; null where there is none. */
  readonly pickFolder: ((title: string) => Promise<string | null>) | null;
  /** True when the page may list folders of this computer (browser shell, where no native dialog exists). */
  readonly mayBrowseFolders: boolean;
  /** Puts another workspace in place of this one; null where the shell can't. */
  readonly switchWorkspace: ((path: string) => Promise<void>) | null;
  readonly secrets: SecretStore;
  /** Shows it outside of the room where the shell can, and writes it to the log elsewhere. */
  readonly notify: Notifier;
};

/** Who makes a call: decides the actor of job rows and decisions. */
export type Caller = { readonly actor: Actor; readonly name: string };
