import { join } from 'node:path';

/** Where programs are looked for, in this order, before any shell is asked. `~` is the home folder. */
const knownFolderPatterns = [
  '/opt/homebrew/bin',
  '/usr/local/bin',
  '/opt/local/bin',
  '~/.local/bin',
  '~/bin',
  '/usr/bin',
  '/bin',
  '/usr/sbin',
  '/sbin',
] as const;

/** The fixed list of folders for one home folder: package managers first, so that they win over what the system ships. */
export function knownToolFolders(homeDir: string): readonly string[] {
  return knownFolderPatterns.map((folder) => (folder.startsWith('~/') ? join(homeDir, folder.slice(2)) : folder));
}

/** Only these names pass from the room's own environment to a program: anything else may be a secret. */
const passedNames = ['LANG', 'LC_ALL', 'LC_CTYPE', 'LOGNAME', 'TMPDIR', 'TZ', 'USER', 'SSH_AUTH_SOCK'] as const;

export type EnvironmentOptions = {
  readonly homeDir: string;
  /** Folders put before the fixed list, e.g. the one that a tool was found in. */
  readonly firstFolders?: readonly string[];
  /** Replaces the inherited agent socket; null removes it. */
  readonly sshAuthSock?: string | null;
  /** What to inherit from; the process's own environment in the product. */
  readonly inherited: Readonly<Record<string, string | undefined>>;
};

/** The whole environment a program gets: an allow-list, never a copy of ours. Nothing is written to `process.env`. */
export function toolEnvironment(options: EnvironmentOptions): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of passedNames) {
    const value = options.inherited[name];
    if (value !== undefined && value !== '') environment[name] = value;
  }
  if (options.sshAuthSock === null) delete environment['SSH_AUTH_SOCK'];
  else if (options.sshAuthSock !== undefined) environment['SSH_AUTH_SOCK'] = options.sshAuthSock;
  environment['HOME'] = options.homeDir;
  const folders = [...(options.firstFolders ?? []), ...knownToolFolders(options.homeDir)];
  environment['PATH'] = [...new Set(folders)].join(':');
  return environment;
}
