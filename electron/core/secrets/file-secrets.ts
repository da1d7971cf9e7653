import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { RoomError } from '#shared/errors.ts';
import { writeAtomically } from '../workspace/workspace.ts';
import { checkSecretName, type SecretStore } from './secret-store.ts';

const fileSchema = z.record(z.string(), z.string());

/**
 * Secrets in one JSON file that its owner alone can read (mode 0600): for rooms that run from source.
 * It is read anew each time, so that a key put in by hand counts at once.
 * @throws RoomError forbidden when others can read it, file_damaged when it is not such a file.
 */
export function createFileSecrets(path: string): SecretStore {
  function readAll(): Record<string, string> {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return {};
    if ((stats.mode & 0o077) !== 0) {
      throw new RoomError(
        'forbidden',
        `The secrets file ${path} can be read or written by others, so it is not used.`,
        {
          hint: `Make it yours alone: chmod 600 ${path}`,
        },
      );
    }
    try {
      return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch {
      // The fault of a parser quotes what it read: it must not become part of a message.
      throw new RoomError('file_damaged', `The secrets file ${path} is not one JSON object of names and values.`, {
        hint: 'Correct it, or remove it and set the secrets again. Nothing was changed.',
      });
    }
  }

  function writeAll(values: Record<string, string>): void {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeAtomically(path, `${JSON.stringify(values, null, 2)}\n`);
  }

  return {
    kind: () => 'file',
    async get(name) {
      checkSecretName(name);
      return readAll()[name] ?? null;
    },
    async has(name) {
      checkSecretName(name);
      return Object.hasOwn(readAll(), name);
    },
    async set(name, value) {
      checkSecretName(name);
      writeAll({ ...readAll(), [name]: value });
    },
    async delete(name) {
      checkSecretName(name);
      const { [name]: gone, ...rest } = readAll();
      if (gone === undefined) return false;
      writeAll(rest);
      return true;
    },
  };
}
