/** Programs the room can use. None of them is needed to browse and compare. */
export const toolNames = ['ffmpeg', 'ffprobe', 'rclone', 'rsync', 'ssh'] as const;
export type ToolName = (typeof toolNames)[number];

export type ToolSpec = {
  readonly versionArgs: readonly string[];
  /** First group = the version; searched in standard output and, for ssh, in standard error. */
  readonly versionPattern: RegExp;
  readonly neededFor: string;
  readonly fix: { readonly darwin: string; readonly linux: string };
};

export const toolTable: Readonly<Record<ToolName, ToolSpec>> = {
  ffmpeg: {
    versionArgs: ['-hide_banner', '-version'],
    versionPattern: /ffmpeg version (\S+)/,
    neededFor: 'converting clips that can not be decoded here',
    fix: { darwin: 'brew install ffmpeg', linux: 'sudo apt install ffmpeg' },
  },
  ffprobe: {
    versionArgs: ['-hide_banner', '-version'],
    versionPattern: /ffprobe version (\S+)/,
    neededFor: 'counting the decoded frames of a converted clip',
    fix: { darwin: 'brew install ffmpeg', linux: 'sudo apt install ffmpeg' },
  },
  rclone: {
    versionArgs: ['version'],
    versionPattern: /rclone v?(\S+)/,
    neededFor: 'copying from and to a bucket',
    fix: { darwin: 'brew install rclone', linux: 'sudo apt install rclone' },
  },
  rsync: {
    versionArgs: ['--version'],
    versionPattern: /(?:rsync|openrsync:?)\s+(?:version\s+|protocol version\s+)?v?(\d\S*)/,
    neededFor: 'copying runs from a rented machine',
    fix: { darwin: 'brew install rsync', linux: 'sudo apt install rsync' },
  },
  ssh: {
    versionArgs: ['-V'],
    versionPattern: /(?:OpenSSH_)(\S+?),?\s/,
    neededFor: 'reaching a rented machine',
    fix: { darwin: 'ssh is part of macOS: check /usr/bin/ssh', linux: 'sudo apt install openssh-client' },
  },
};
