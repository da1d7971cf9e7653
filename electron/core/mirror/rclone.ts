import { RoomError } from '#shared/errors.ts';
import type { ToolFinder } from '../tools/find-tool.ts';
import { toolEnvironment } from '../tools/tool-environment.ts';
import type { RunTool } from '../tools/tool-supervisor.ts';
import { explainFailure, readLogLine, type RcloneStats } from './rclone-log.ts';
import type { MirrorRemote } from './remote.ts';

/** One object as a listing shows it. */
export type ListedObject = {
  /** Below the folder that was listed. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Lower-case hex; null where the bucket has none. */
  readonly sha1: string | null;
};

export type ReadBack = {
  /** SHA-256 of what came, by name. */
  readonly sums: ReadonlyMap<string, string>;
  /** Names whose bytes do not agree with the SHA-1 that the bucket keeps of them. */
  readonly corrupt: ReadonlySet<string>;
};

export type Rclone = {
  /** Copies the named files of a local folder into a folder of the remote, or back. */
  copy(options: {
    readonly what: string;
    readonly from: string;
    readonly to: string;
    /** Relative names, one a line. Everything without. */
    readonly listFile?: string;
    /** `missing` leaves alone what has the name already; `always` puts a new version over it. */
    readonly when: 'missing' | 'always' | 'size_differs';
    readonly signal: AbortSignal;
    readonly onStats?: (stats: RcloneStats) => void;
  }): Promise<void>;
  /** Everything below a folder; a folder that is not there is empty. */
  list(options: {
    readonly what: string;
    readonly root: string;
    /** Only these names, asked one by one. */
    readonly listFile?: string;
    readonly signal: AbortSignal;
    readonly onObject: (object: ListedObject) => void;
  }): Promise<void>;
  /** Whether two folders hold the same, by size and SHA-1. */
  isSame(options: {
    readonly what: string;
    readonly from: string;
    readonly to: string;
    readonly signal: AbortSignal;
  }): Promise<boolean>;
  /** Reads objects back. What neither came nor is known to be damaged could not be read. */
  readBack(options: {
    readonly what: string;
    readonly root: string;
    readonly listFile: string;
    readonly signal: AbortSignal;
  }): Promise<ReadBack>;
  /** The bytes of one object. */
  cat(options: { readonly what: string; readonly object: string; readonly signal: AbortSignal }): Promise<Buffer>;
  /** Deletes the named objects with all their versions. Needs a key that may. */
  erase(options: {
    readonly what: string;
    readonly root: string;
    readonly listFile: string;
    readonly signal: AbortSignal;
  }): Promise<void>;
};

export type RcloneDeps = {
  readonly tools: Pick<ToolFinder, 'find'>;
  readonly run: RunTool;
  readonly homeDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** KiB a second; null is unlimited. */
  readonly bandwidthLimitKib: () => number | null;
};

const patience = ['--contimeout', '15s', '--timeout', '2m', '--retries', '3', '--low-level-retries', '10'];
const logs = ['--use-json-log', '--stats', '1s', '--stats-log-level', 'NOTICE'];
/** Pieces are far below it: B2 keeps a SHA-1 of its own only for what was sent in one go. */
const inOneGo = ['--b2-upload-cutoff', '200M'];
const maxManifestBytes = 512 * 1024 * 1024;
/** rclone: "directory not found". */
const exitNotThere = 3;

/**
 * Runs rclone by absolute path for one remote. The key is in the environment of the child and nowhere else; names go
 * through a file, so that none is ever an option.
 */
export function createRclone(remote: MirrorRemote, deps: RcloneDeps): Rclone {
  const mask = (text: string): string =>
    remote.secrets.reduce((masked, secret) => masked.replaceAll(secret, '[redacted]'), text);

  async function start(
    what: string,
    args: readonly string[],
    options: {
      readonly signal: AbortSignal;
      readonly okExitCodes?: readonly number[];
      readonly onStdoutLine?: (line: string) => void;
      readonly onStats?: ((stats: RcloneStats) => void) | undefined;
    },
  ): Promise<{ readonly exitCode: number; readonly stdout: Buffer; readonly faults: readonly string[] }> {
    const tool = await deps.tools.find('rclone');
    if (!tool.found) throw new RoomError('tool_missing', tool.why, { hint: tool.fix });
    const faults: string[] = [];
    const limit = deps.bandwidthLimitKib();
    try {
      const result = await deps.run({
        path: tool.path,
        args: [...args, ...patience, ...logs, ...(limit === null ? [] : ['--bwlimit', `${limit}K`])],
        env: { ...toolEnvironment({ homeDir: deps.homeDir, inherited: deps.environment }), ...remote.environment },
        signal: options.signal,
        maxStdoutBytes: maxManifestBytes,
        okExitCodes: options.okExitCodes ?? [0],
        onStdoutLine: options.onStdoutLine,
        onStderrLine: (line) => {
          const entry = readLogLine(line);
          if (entry.kind === 'stats') options.onStats?.(entry.stats);
          else if (entry.kind === 'fault') {
            faults.push(mask(entry.text));
            if (faults.length > 50) faults.shift();
          }
        },
      });
      return { ...result, faults };
    } catch (thrown) {
      if (!(thrown instanceof RoomError) || thrown.code !== 'tool_failed') throw thrown;
      const exitCode = thrown.details?.['exitCode'];
      // Its own text would carry what rclone printed as it was.
      throw explainFailure(what, remote.bucket, typeof exitCode === 'number' ? exitCode : null, faults);
    }
  }

  return {
    async copy({ what, from, to, listFile, when, signal, onStats }) {
      const how = { missing: ['--ignore-existing'], always: ['--ignore-times'], size_differs: ['--size-only'] }[when];
      const named = listFile === undefined ? [] : ['--files-from-raw', listFile];
      // The staging folder holds links to the snapshot's files.
      const width = ['--transfers', '8', '--checkers', '16', '--copy-links', '--no-update-modtime'];
      await start(what, ['copy', from, to, ...named, ...how, ...width, ...inOneGo], { signal, onStats });
    },

    async list({ what, root, listFile, signal, onObject }) {
      const named = listFile === undefined ? ['--fast-list'] : ['--files-from-raw', listFile, '--checkers', '16'];
      const shape = ['--recursive', '--files-only', '--no-mimetype', '--no-modtime', '--hash', '--hash-type', 'sha1'];
      await start(what, ['lsjson', root, ...shape, ...named], {
        signal,
        okExitCodes: [0, exitNotThere],
        onStdoutLine: (line) => {
          const object = readListed(line);
          if (object !== null) onObject(object);
        },
      });
    },

    async readBack({ what, root, listFile, signal }) {
      const sums = new Map<string, string>();
      const { faults } = await start(
        what,
        ['hashsum', 'SHA256', root, '--download', '--files-from-raw', listFile, '--transfers', '4'],
        {
          signal,
          // One that can not be read is missing from the answer: the caller names it.
          okExitCodes: [0, 1, 5, 6],
          onStdoutLine: (line) => {
            const match = /^([0-9a-f]{64}) {2}(.+)$/.exec(line);
            if (match !== null) sums.set(match[2]!, match[1]!);
          },
        },
      );
      const corrupt = faults.flatMap((fault) =>
        /corrupted|mismatch|hash differ/i.test(fault) ? (/[0-9a-f]{2}\/[0-9a-f]{64}/.exec(fault) ?? []) : [],
      );
      return { sums, corrupt: new Set(corrupt) };
    },

    async isSame({ what, from, to, signal }) {
      const { exitCode } = await start(what, ['check', from, to], { signal, okExitCodes: [0, 1] });
      return exitCode === 0;
    },

    async cat({ what, object, signal }) {
      return (await start(what, ['cat', object], { signal })).stdout;
    },

    async erase({ what, root, listFile, signal }) {
      await start(what, ['delete', root, '--files-from-raw', listFile, '--b2-hard-delete'], { signal });
    },
  };
}

/** `lsjson` prints an array with one object a line. */
function readListed(line: string): ListedObject | null {
  if (!line.startsWith('{')) return null;
  const entry = JSON.parse(line.replace(/,\s*$/, '')) as {
    readonly Path: string;
    readonly Size: number;
    readonly Hashes?: { readonly sha1?: string };
  };
  const sha1 = entry.Hashes?.sha1 ?? '';
  return { path: entry.Path, sizeBytes: entry.Size, sha1: sha1 === '' ? null : sha1 };
}
