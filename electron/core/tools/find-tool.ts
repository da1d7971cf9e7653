import { isAbsolute, join } from 'node:path';
import { toErrorPayload } from '#shared/errors.ts';
import { architectureOf, isExecutableFile } from './executable.ts';
import type { Architecture } from './executable.ts';
import { askLoginShell } from './login-shell.ts';
import type { LoginShellAnswer } from './login-shell.ts';
import { runTool } from './run-tool.ts';
import { knownToolFolders, toolEnvironment } from './tool-environment.ts';
import { toolTable } from './tool-table.ts';
import type { ToolName } from './tool-table.ts';

export type ToolSource = 'settings' | 'bundled' | 'known_folder' | 'login_shell';

export type FoundTool = {
  readonly found: true;
  readonly name: ToolName;
  /** As found, symbolic links kept: the stable path of a package manager, not the one of a version. */
  readonly path: string;
  /** Null when it runs but does not say. */
  readonly version: string | null;
  readonly architecture: Architecture | null;
  readonly source: ToolSource;
  /** Why this one, in one sentence. */
  readonly why: string;
  /** What was passed over or is odd, one line each. */
  readonly notes: readonly string[];
};
export type MissingTool = {
  readonly found: false;
  readonly name: ToolName;
  readonly why: string;
  /** What to do about it. */
  readonly fix: string;
  readonly notes: readonly string[];
};
export type ToolFinding = FoundTool | MissingTool;

export type ToolFinderPorts = {
  /** The path set in Settings, or null. Asked at every fresh look. */
  readonly settingsPathOf: (name: ToolName) => string | null;
  readonly homeDir: string;
  readonly platform: NodeJS.Platform;
  /** Of the running process; tells a translated program on Apple silicon. */
  readonly processArchitecture: string;
  /** `$SHELL` or the account's shell; null when unknown. */
  readonly shellPath: string | null;
  readonly inheritedEnv: Readonly<Record<string, string | undefined>>;
  /** A folder of programs that ships with the room, or null. */
  readonly bundledFolder?: string | null;
  /** Replaces the fixed list of folders. */
  readonly knownFolders?: readonly string[];
  readonly shellTimeoutMs?: number;
};

export type ToolFinder = {
  /** Remembers what it found; `fresh` looks again (the shell is still asked only once). Never throws for a missing tool. */
  readonly find: (name: ToolName, options?: { readonly fresh?: boolean }) => Promise<ToolFinding>;
  /** The login shell's answer when it was asked, else null. */
  readonly shellAnswer: () => Promise<LoginShellAnswer> | null;
};

const versionTimeoutMs = 5000;

/**
 * Finds programs without relying on the PATH of this process, which is short when started from a desktop: the path in
 * Settings, the bundled folder, a fixed list of folders, and only then the login shell, once.
 */
export function createToolFinder(ports: ToolFinderPorts): ToolFinder {
  const remembered = new Map<ToolName, Promise<ToolFinding>>();
  let shell: Promise<LoginShellAnswer> | null = null;
  const env = toolEnvironment({ homeDir: ports.homeDir, inherited: ports.inheritedEnv });
  const askShell = (): Promise<LoginShellAnswer> => {
    shell ??= askLoginShell({
      shellPath: ports.shellPath,
      env,
      ...(ports.shellTimeoutMs === undefined ? {} : { timeoutMs: ports.shellTimeoutMs }),
    });
    return shell;
  };

  const look = async (name: ToolName): Promise<ToolFinding> => {
    const notes: string[] = [];
    const tryPath = async (path: string, source: ToolSource, why: string): Promise<FoundTool | null> => {
      if (!(await isExecutableFile(path))) return null;
      return await describe({ name, path, source, why, notes, ports, env });
    };
    const tryFolders = async (folders: readonly string[], source: ToolSource, whyOf: (folder: string) => string) => {
      for (const folder of folders) {
        const tool = await tryPath(join(folder, name), source, whyOf(folder));
        if (tool !== null) return tool;
      }
      return null;
    };

    const set = ports.settingsPathOf(name);
    if (set !== null) {
      const tool = isAbsolute(set) ? await tryPath(set, 'settings', 'Its path is set in Settings.') : null;
      // A path that somebody chose is never replaced by another program behind their back.
      return (
        tool ??
        missing(
          name,
          `The path set in Settings (${set}) is not a program that runs.`,
          `Correct or clear the path of ${name} in Settings.`,
          notes,
        )
      );
    }
    if (ports.bundledFolder != null) {
      const tool = await tryFolders([ports.bundledFolder], 'bundled', () => 'It ships with the room.');
      if (tool !== null) return tool;
    }
    const known = ports.knownFolders ?? knownToolFolders(ports.homeDir);
    const inKnown = await tryFolders(
      known,
      'known_folder',
      (folder) => `First one that runs in the usual folders (${folder}).`,
    );
    if (inKnown !== null) return inKnown;

    const answer = await askShell();
    if (answer.ok) {
      const others = answer.pathFolders.filter((folder) => !known.includes(folder));
      const inShell = await tryFolders(
        others,
        'login_shell',
        (folder) => `On the PATH of the login shell (${folder}).`,
      );
      if (inShell !== null) return inShell;
    } else {
      notes.push(answer.line);
    }
    const spec = toolTable[name];
    const install = ports.platform === 'darwin' ? spec.fix.darwin : spec.fix.linux;
    return missing(
      name,
      spec.isNeeded
        ? `${name} was not found. It is needed for ${spec.neededFor}.`
        : `${name} was not found. The room does without it.`,
      `${install}, or set its path in Settings.`,
      notes,
    );
  };

  return {
    find: (name, options) => {
      const earlier = options?.fresh === true ? undefined : remembered.get(name);
      if (earlier !== undefined) return earlier;
      const finding = look(name);
      remembered.set(name, finding);
      return finding;
    },
    shellAnswer: () => shell,
  };
}

function missing(name: ToolName, why: string, fix: string, notes: readonly string[]): MissingTool {
  return { found: false, name, why, fix, notes };
}

type Candidate = {
  readonly name: ToolName;
  readonly path: string;
  readonly source: ToolSource;
  readonly why: string;
  readonly notes: string[];
  readonly ports: ToolFinderPorts;
  readonly env: Readonly<Record<string, string>>;
};

/** Runs the candidate for its version: a stub or a program of another machine is passed over with a note. */
async function describe(candidate: Candidate): Promise<FoundTool | null> {
  const { name, path, notes, ports } = candidate;
  const spec = toolTable[name];
  let output: string;
  try {
    const result = await runTool({
      path,
      args: spec.versionArgs,
      env: candidate.env,
      timeoutMs: versionTimeoutMs,
      killAfterMs: 200,
    });
    output = `${result.stdout.toString('utf8')}\n${result.stderrTail}\n`;
  } catch (error) {
    notes.push(`Passed over ${path}: ${toErrorPayload(error).message}`);
    return null;
  }
  const architecture = await architectureOf(path);
  if (ports.platform === 'darwin' && ports.processArchitecture === 'arm64' && architecture === 'x86_64') {
    notes.push(`${path} is built for Intel and runs translated, which is slower.`);
  }
  if (name === 'rsync' && /openrsync/.test(output)) notes.push(`${path} is openrsync, which has fewer options.`);
  const version = spec.versionPattern.exec(output)?.[1] ?? null;
  return { found: true, name, path, version, architecture, source: candidate.source, why: candidate.why, notes };
}
