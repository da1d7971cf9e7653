import { z } from 'zod';
import type { GatedFile } from '#shared/model/machine-checks.ts';
import type { HubAnswer } from '#shared/model/hub.ts';

const timeoutMs = 15_000;
const maxListBytes = 8 * 1024 * 1024;

const treeSchema = z.array(z.object({ type: z.string(), path: z.string() }));

export type Hub = {
  readonly address: string;
  /** Fetches one byte of the real file. What could not be told is an answer as well; never an error. */
  check(file: GatedFile, token: string | null, signal?: AbortSignal): Promise<HubAnswer>;
};

/**
 * Asks a Hugging Face hub for a single byte of a file. Its list of files is no proof: gated files are listed and
 * refused. The token goes to the hub alone: a redirect to a store is followed without it.
 */
export function createHub(address: string): Hub {
  const base = address.replace(/\/+$/, '');

  async function get(url: string, headers: Record<string, string>, signal: AbortSignal | undefined): Promise<Response> {
    const own = AbortSignal.timeout(timeoutMs);
    return fetch(url, {
      headers,
      redirect: 'follow',
      signal: signal === undefined ? own : AbortSignal.any([own, signal]),
    });
  }

  /** The file that is meant: the first of the repository that fits. */
  async function nameOf(file: GatedFile, headers: Record<string, string>, signal?: AbortSignal): Promise<string> {
    if (file.match === undefined) return file.file;
    const kind = file.repository.startsWith('datasets/') ? '' : 'models/';
    const response = await get(
      `${base}/api/${kind}${file.repository}/tree/${encodeURIComponent(file.revision)}?recursive=true`,
      headers,
      signal,
    ).catch(() => null);
    if (response === null || !response.ok) return file.file;
    const text = await response.text().catch(() => '');
    const parsed = treeSchema.safeParse(text.length > maxListBytes ? null : jsonOf(text));
    const wanted = new RegExp(file.match);
    return parsed.data?.find((it) => it.type === 'file' && wanted.test(it.path))?.path ?? file.file;
  }

  return {
    address: base,
    async check(file, token, signal) {
      const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
      const name = await nameOf(file, headers, signal);
      const answer = (state: HubAnswer['state'], because: string): HubAnswer => ({
        repository: file.repository,
        file: name,
        state,
        because,
        stages: [...file.stages],
      });
      try {
        const path = name.split('/').map(encodeURIComponent).join('/');
        const response = await get(
          `${base}/${file.repository}/resolve/${encodeURIComponent(file.revision)}/${path}`,
          { ...headers, range: 'bytes=0-0' },
          signal,
        );
        const first = await firstByteOf(response);
        if (response.ok)
          return first
            ? answer('accessible', 'A byte of it was read.')
            : answer('could_not_tell', 'The hub let it pass and sent no byte of it.');
        if (response.status === 401)
          return answer(
            'no_token',
            token === null ? 'It wants a token, and none is set.' : 'The token is not taken (401).',
          );
        if (response.status === 403)
          return answer(
            'licence_not_accepted',
            'The token is good, and its account has not accepted the licence (403).',
          );
        if (response.status === 404) return answer('missing', 'There is no such file (404).');
        return answer('could_not_tell', `The hub answered ${response.status}.`);
      } catch (thrown) {
        signal?.throwIfAborted();
        return answer(
          'could_not_tell',
          `The hub was not reached: ${thrown instanceof Error ? thrown.message : 'unknown'}.`,
        );
      }
    },
  };
}

/** Reads no further than the first byte. */
async function firstByteOf(response: Response): Promise<boolean> {
  if (response.body === null) return false;
  const reader = response.body.getReader();
  try {
    const { value } = await reader.read();
    return (value?.length ?? 0) > 0;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
