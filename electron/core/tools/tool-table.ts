import type { ToolName } from '#shared/contract/tools.ts';

export type { ToolName };

export type ToolSpec = {
  readonly versionArgs: readonly string[];
  /** First group = the version; searched in standard output and, for ssh, in standard error. */
  readonly versionPattern: RegExp;
  /** False for what is only told about: the room copies and talks to the provider by itself. */
  readonly isNeeded: boolean;
  readonly neededFor: string;
  readonly fix: { readonly darwin: string; readonly linux: string };
};

/** Programs the room can use, or tells about. None of them is needed to browse and compare. */
export const toolTable: Readonly<Record<ToolName, ToolSpec>> = {
  ffmpeg: {
    versionArgs: ['-hide_banner', '-version'],
    versionPattern: /ffmpeg version (\S+)/,
    isNeeded: true,
    neededFor: 'converting clips that can not be decoded here',
    fix: { darwin: 'brew install ffmpeg', linux: 'sudo apt install ffmpeg' },
  },
  ffprobe: {
    versionArgs: ['-hide_banner', '-version'],
    versionPattern: /ffprobe version (\S+)/,
    isNeeded: true,
    neededFor: 'counting the decoded frames of a converted clip',
    fix: { darwin: 'brew install ffmpeg', linux: 'sudo apt install ffmpeg' },
  },
  rclone: {
    versionArgs: ['version'],
    versionPattern: /rclone v?(\S+)/,
    isNeeded: true,
    neededFor: 'copying from and to a bucket',
    fix: { darwin: 'brew install rclone', linux: 'sudo apt install rclone' },
  },
  rsync: {
    versionArgs: ['--version'],
    versionPattern: /(?:rsync|openrsync:?)\s+(?:version\s+|protocol version\s+)?v?(\d\S*)/,
    isNeeded: false,
    neededFor: 'nothing here: the room copies by itself',
    fix: { darwin: 'brew install rsync', linux: 'sudo apt install rsync' },
  },
  ssh: {
    versionArgs: ['-V'],
    versionPattern: /(?:OpenSSH_)(\S+?),?\s/,
    isNeeded: true,
    neededFor: 'reaching a rented machine',
    fix: { darwin: 'ssh is part of macOS: check /usr/bin/ssh', linux: 'sudo apt install openssh-client' },
  },
  vastai: {
    versionArgs: ['--version'],
    versionPattern: /(?:^|\s)v?(\d+\.\d\S*)/,
    isNeeded: false,
    neededFor: 'nothing here: the room asks the provider itself',
    fix: { darwin: 'pipx install vastai', linux: 'pipx install vastai' },
  },
};
