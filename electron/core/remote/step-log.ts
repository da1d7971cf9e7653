import { mkdir, open, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The copy of what a step wrote, kept in the workspace after the machine is gone. */
export type StepLog = {
  readonly path: string;
  /** Puts bytes at their place; what stood there was the same, or was never acknowledged. */
  write(at: number, bytes: Uint8Array): Promise<void>;
  read(from: number, maxBytes: number): Promise<Buffer>;
};

/**
 * The bytes stand where they stood on the machine: a gap stays a hole of zeros, so that every place keeps its
 * number. Written before the row that acknowledges them.
 */
export function openStepLog(workspacePath: string, instanceId: string, stepId: string): StepLog {
  const folder = join(workspacePath, 'steps', instanceId);
  const path = join(folder, `${stepId}.log`);
  return {
    path,
    async write(at, bytes) {
      if (bytes.length === 0) return;
      await mkdir(folder, { recursive: true });
      const isThere = await stat(path).then(
        () => true,
        () => false,
      );
      const file = await open(path, isThere ? 'r+' : 'w+', 0o600);
      try {
        await file.write(bytes, 0, bytes.length, at);
        await file.datasync();
      } finally {
        await file.close();
      }
    },
    async read(from, maxBytes) {
      const file = await open(path, 'r').catch(() => null);
      if (file === null) return Buffer.alloc(0);
      try {
        const bytes = Buffer.alloc(maxBytes);
        const { bytesRead } = await file.read(bytes, 0, maxBytes, from);
        return bytes.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
  };
}

const longestTextBytes = 8 * 1024 * 1024;

/** The newest part of what a step wrote, as text. */
export async function readStepText(
  workspacePath: string,
  step: { readonly id: string; readonly instanceId: string; readonly readBytes: number },
): Promise<string> {
  const log = openStepLog(workspacePath, step.instanceId, step.id);
  const from = Math.max(0, step.readBytes - longestTextBytes);
  return (await log.read(from, step.readBytes - from)).toString('utf8');
}
