export type Target = {
  /** As `process.platform` says it. */
  readonly platform: 'darwin' | 'linux';
  readonly arch: 'arm64' | 'x64';
};

export const nameOf = (target: Target): string => `${target.platform}-${target.arch}`;
