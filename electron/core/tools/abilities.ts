import type { ToolReport } from '#shared/contract/tools.ts';
import type { FoundTool } from './find-tool.ts';
import type { RunTool } from './tool-supervisor.ts';

type Ability = ToolReport['can'][number];
type Probe = { readonly run: RunTool; readonly env: Readonly<Record<string, string>>; readonly tool: FoundTool };

const probeTimeoutMs = 5000;

/**
 * What a program says that it can do, asked of the program itself: the same name hides different programs (openrsync,
 * an ffmpeg without encoders). Nothing is assumed from a version.
 */
export async function probeAbilities(probe: Probe): Promise<{
  readonly can: readonly Ability[];
  readonly flavour: string | null;
}> {
  switch (probe.tool.name) {
    case 'rclone':
      return { can: await probeRclone(probe), flavour: null };
    case 'ssh':
      return { can: await probeSsh(probe), flavour: null };
    case 'ffmpeg':
      return { can: await probeFfmpeg(probe), flavour: null };
    case 'ffprobe':
      return {
        can: [await probeText(probe, ['-hide_banner', '-sections'], /PACKET/i, 'Lists packets', '-show_packets')],
        flavour: null,
      };
    case 'rsync':
      return await probeRsync(probe);
    case 'vastai':
      return { can: [], flavour: null };
  }
}

async function probeRclone(probe: Probe): Promise<Ability[]> {
  return [
    await probeText(probe, ['help', 'backends'], /^\s*b2\s/m, 'Backblaze B2', 'backend b2'),
    await probeText(probe, ['help', 'flags'], /--use-json-log/, 'Progress as JSON', '--use-json-log'),
    await probeText(probe, ['help', 'flags'], /--files-from-raw/, 'Copies a list of files', '--files-from-raw'),
  ];
}

async function probeSsh(probe: Probe): Promise<Ability[]> {
  return [
    await probeText(probe, ['-Q', 'cipher'], /^aes128-gcm@openssh\.com$/m, 'Fast cipher', 'aes128-gcm@openssh.com'),
    await probeText(probe, ['-Q', 'key'], /^ssh-ed25519$/m, 'Ed25519 keys', 'ssh-ed25519'),
  ];
}

async function probeFfmpeg(probe: Probe): Promise<Ability[]> {
  return [
    await probeText(probe, ['-hide_banner', '-encoders'], /\blibx264\b/, 'Writes H.264', 'encoder libx264'),
    await probeText(
      probe,
      ['-hide_banner', '-decoders'],
      /\bmpeg4\b[\s\S]*\bvp9\b|\bvp9\b[\s\S]*\bmpeg4\b/,
      'Reads MPEG-4 and VP9',
      'decoders mpeg4, vp9',
    ),
  ];
}

async function probeRsync(probe: Probe): Promise<{ readonly can: readonly Ability[]; readonly flavour: string }> {
  const version = await output(probe, ['--version']);
  const help = await output(probe, ['--help']);
  const flags = ['--info', '--partial-dir', '--append-verify', '--checksum'] as const;
  return {
    flavour: version !== null && /openrsync/i.test(version) ? 'openrsync' : 'rsync',
    can: flags.map((flag) => ({
      name: flag,
      state: help === null ? 'could_not_tell' : help.includes(flag) ? 'yes' : 'no',
      detail: help === null ? 'It did not list its options.' : 'option',
    })),
  };
}

async function probeText(
  probe: Probe,
  args: readonly string[],
  pattern: RegExp,
  name: string,
  detail: string,
): Promise<Ability> {
  const text = await output(probe, args);
  return { name, detail, state: text === null ? 'could_not_tell' : pattern.test(text) ? 'yes' : 'no' };
}

/** What it prints, on both streams; null when it failed. */
async function output({ run, env, tool }: Probe, args: readonly string[]): Promise<string | null> {
  try {
    const result = await run({
      path: tool.path,
      args,
      env,
      timeoutMs: probeTimeoutMs,
      killAfterMs: 200,
      // Help texts end with 0 or 1, by program.
      okExitCodes: [0, 1],
    });
    return `${result.stdout.toString('utf8')}\n${result.stderrTail}`;
  } catch {
    return null;
  }
}
