import { readFileSync, statSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { readMovie } from '../../media/mp4-boxes.ts';
import { parseLooseJson } from '../../runs/read/loose-json.ts';

const mostJsonBytes = 32 * 1024 * 1024;
/** The end of a zip directory may be followed by a comment of 64 KiB. */
const zipTailBytes = 66 * 1024;

type Check = (handle: FileHandle, sizeBytes: number) => Promise<string | null>;

const checks: Readonly<Record<string, Check>> = {
  safetensors: checkSafetensors,
  pt: checkZip,
  pth: checkZip,
  zip: checkZip,
  mp4: async (handle, sizeBytes) => {
    await readMovie(handle, sizeBytes);
    return null;
  },
};

/**
 * Why a file of a known format can not be opened; null when it can, or when its format is none of these. A
 * writer that pauses half-way leaves a file that stands still and hashes well: only its format tells.
 * @param name decides about the format. @param path where the bytes are.
 */
export async function whyNotParsed(name: string, path: string): Promise<string | null> {
  const format = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  if (format === 'json') return checkJson(path);
  const check = checks[format];
  if (check === undefined) return null;
  const handle = await open(path, 'r');
  try {
    return await check(handle, (await handle.stat()).size);
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } finally {
    await handle.close();
  }
}

/** There are thousands of them, and they are small: read at once, without a turn of the loop for each. */
function checkJson(path: string): string | null {
  if (statSync(path).size > mostJsonBytes) return null;
  const parsed = parseLooseJson(readFileSync(path, 'utf8'));
  return parsed.ok ? null : `It is no JSON: ${parsed.message}`;
}

/** Eight bytes of length, as many bytes of JSON, and then the tensors that it tells of, to the last byte. */
async function checkSafetensors(handle: FileHandle, sizeBytes: number): Promise<string | null> {
  const head = await readAt(handle, 0, 8);
  if (head.length < 8) return 'It is shorter than its header.';
  const headerBytes = Number(head.readBigUInt64LE(0));
  if (headerBytes > 100 * 1024 * 1024 || headerBytes + 8 > sizeBytes) return 'Its header does not fit into it.';
  const header = JSON.parse((await readAt(handle, 8, headerBytes)).toString('utf8')) as Record<string, unknown>;
  const ends = Object.values(header).map((tensor) => {
    const offsets = (tensor as { data_offsets?: unknown }).data_offsets;
    return Array.isArray(offsets) && typeof offsets[1] === 'number' ? offsets[1] : 0;
  });
  const wanted = 8 + headerBytes + ends.reduce((most, end) => Math.max(most, end), 0);
  return wanted === sizeBytes ? null : `It has ${sizeBytes} bytes and its header tells of ${wanted}.`;
}

/** Checkpoints of PyTorch are zip files; the older ones, which are not, are left alone. */
async function checkZip(handle: FileHandle, sizeBytes: number): Promise<string | null> {
  if ((await readAt(handle, 0, 2)).toString('latin1') !== 'PK') return null;
  const from = Math.max(0, sizeBytes - zipTailBytes);
  const tail = await readAt(handle, from, sizeBytes - from);
  return tail.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1')) === -1
    ? 'It ends without the directory of a zip file.'
    : null;
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}
