import { spawn, type ChildProcess } from 'node:child_process';
import type { Sshd } from '../support/sshd.ts';

/** What the old script did to one item: rsync over ssh, `--delete`, inside of a condition. */
const oldSync = `
set -euo pipefail
copy_item() {
  local remote=$1 dest=$2
  mkdir -p "$dest"
  rsync -az --delete -e "$SSH" "$TARGET:$remote/" "$dest/"
  echo "[ok] $remote"
}
if ! copy_item "$REMOTE" "$DEST"; then echo "[warn] failed"; fi
printf 'timestamp_utc=%s\\nmode=pull\\n' "$(date -u +%Y%m%dT%H%M%SZ)" > "$DEST/../sync_manifest.txt"
echo "Sync complete"
`;

export type OldRun = { readonly code: number | null; readonly stdout: string };

/** Runs the old way into a folder, as cron did. */
export async function runOldSync(
  sshd: Pick<Sshd, 'host' | 'port' | 'user' | 'keyFile'>,
  remote: string,
  dest: string,
  port: number = sshd.port,
): Promise<OldRun> {
  return endOf(spawn('bash', ['-c', oldSync], { env: oldEnvironment(sshd, remote, dest, port) }));
}

/** `rsync -az` alone, of one file: to be killed, or raced with a writer. */
export function startRsync(
  sshd: Pick<Sshd, 'host' | 'port' | 'user' | 'keyFile'>,
  remoteFile: string,
  dest: string,
  port: number = sshd.port,
): ChildProcess {
  const env = oldEnvironment(sshd, remoteFile, dest, port);
  return spawn('rsync', ['-az', '-e', env['SSH']!, `${env['TARGET']}:${remoteFile}`, dest], { env });
}

function oldEnvironment(
  sshd: Pick<Sshd, 'host' | 'user' | 'keyFile'>,
  remote: string,
  dest: string,
  port: number,
): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: dest,
    REMOTE: remote,
    DEST: dest,
    TARGET: `${sshd.user}@${sshd.host}`,
    SSH: `ssh -p ${port} -i ${sshd.keyFile} -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR`,
  };
}

export function endOf(child: ChildProcess): Promise<OldRun> {
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.resume();
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout }));
  });
}
