import type { Readable } from 'node:stream';

/** A machine of the fleet, or an address that a person gave together with the key for it. */
export type SshTarget =
  | { readonly kind: 'instance'; readonly instanceId: string }
  | {
      readonly kind: 'address';
      /** Under which name its host key is kept: an address alone is used by many machines over time. */
      readonly instanceId: string;
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly keyFile: string | null;
      /** Take the host key of the first contact; a changed one is refused all the same. */
      readonly acceptNewHostKey: boolean;
    };

export type ExecOptions = {
  /** Written to the command's standard input, which is closed afterwards. */
  readonly input?: string | Uint8Array;
  /** Default: 30 s. The remote command is hung up on, never left waiting. */
  readonly timeoutMs?: number;
  /** Of standard output and of standard error; more is cut and said. Default: 1 MiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
};

export type ExecResult = {
  /** Null when the command was ended by a signal. */
  readonly exitCode: number | null;
  readonly signalName: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly isCut: boolean;
};

/** A running command whose output is read as it comes. */
export type ExecStream = {
  readonly stdout: Readable;
  /** The newest 64 KiB of standard error. */
  readonly stderrTail: () => string;
  readonly write: (bytes: Uint8Array) => Promise<void>;
  readonly endInput: () => void;
  /** Resolves when the command and its streams have ended; rejects when the connection is lost before. */
  readonly done: Promise<{ readonly exitCode: number | null; readonly signalName: string | null }>;
  readonly close: () => void;
};

/**
 * Commands on machines, over one kept connection each. A command that ran and failed is an answer, not an
 * error. @throws RoomError ssh_unreachable, ssh_refused, host_key_unknown, host_key_changed, not_found.
 */
export type MachineShell = {
  exec(target: SshTarget, command: string, options?: ExecOptions): Promise<ExecResult>;
  open(target: SshTarget, command: string, options?: Pick<ExecOptions, 'signal'>): Promise<ExecStream>;
};
