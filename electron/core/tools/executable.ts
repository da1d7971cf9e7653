import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';

export type Architecture = 'arm64' | 'x86_64' | 'universal' | 'script' | 'other';

/** True when the path is a file that this user may run. */
export async function isExecutableFile(path: string): Promise<boolean> {
  try {
    if (!(await stat(path)).isFile()) return false;
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What a program was built for, from its first 20 bytes; null when it can't be read. */
export async function architectureOf(path: string): Promise<Architecture | null> {
  try {
    const handle = await open(path, 'r');
    try {
      const head = Buffer.alloc(20);
      const { bytesRead } = await handle.read(head, 0, 20, 0);
      return readArchitecture(head.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}

function readArchitecture(head: Buffer): Architecture {
  if (head.length >= 2 && head.toString('latin1', 0, 2) === '#!') return 'script';
  if (head.length < 20) return 'other';
  if (head.readUInt32BE(0) === 0x7f454c46) {
    const machine = head[5] === 2 ? head.readUInt16BE(18) : head.readUInt16LE(18);
    return machine === 0xb7 ? 'arm64' : machine === 0x3e ? 'x86_64' : 'other';
  }
  // Mach-O: a fat file is big-endian, a thin 64-bit one little-endian.
  if (head.readUInt32BE(0) === 0xcafebabe) return 'universal';
  if (head.readUInt32LE(0) === 0xfeedfacf) {
    const cpu = head.readUInt32LE(4);
    return cpu === 0x0100000c ? 'arm64' : cpu === 0x01000007 ? 'x86_64' : 'other';
  }
  return 'other';
}
