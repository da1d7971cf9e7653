import { appendFile, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { LogLine } from '#shared/model/log.ts';
import { readLogLines, type LogBatch } from './read-log-lines.ts';

async function logFile(content: string | Buffer): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'room-log-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const path = join(dir, 'run_all.log');
  await writeFile(path, content);
  return path;
}
async function readAll(path: string, start = {}): Promise<{ lines: LogLine[]; last: LogBatch | null }> {
  const lines: LogLine[] = [];
  let last: LogBatch | null = null;
  for await (const batch of readLogLines(path, start)) {
    lines.push(...batch.lines);
    last = batch;
  }
  return { lines, last };
}
const head = '2026-03-01 21:10:04,512 [INFO] a:';

test('half a line at the end stays for the next time, and reading goes on from there', async () => {
  const path = await logFile(`${head} Starting stage: s2_enrich — x\r\n${head} one\r\n${head} tw`);
  const first = await readAll(path);
  expect(first.lines.map((line) => line.text)).toEqual(['Starting stage: s2_enrich — x', 'one']);
  await appendFile(path, 'o\nTraceback\n');
  const { nextByte, nextLine, stageKey, lastStageKey, lastAt } = first.last!;
  const second = await readAll(path, { fromByte: nextByte, startLine: nextLine, stageKey, lastStageKey, lastAt });
  expect(second.lines).toMatchObject([
    { line: 3, text: 'two', stageKey: 's2_enrich' },
    { line: 4, text: 'Traceback', stageKey: 's2_enrich', at: '2026-03-01T21:10:04.512Z', level: 'NONE' },
  ]);
});

test('the console of Cosmos belongs to the stage it is given', async () => {
  const { lines } = await readAll(await logFile('[INFO] saved clip.mp4\nname: x\n'), { stageKey: 's2_enrich' });
  expect(lines).toMatchObject([
    { level: 'INFO', stageKey: 's2_enrich', at: null },
    { level: 'NONE', stageKey: 's2_enrich' },
  ]);
});

test('an empty file and a file of one half line have no lines', async () => {
  expect((await readAll(await logFile(''))).lines).toEqual([]);
  expect((await readAll(await logFile('half'))).last).toBeNull();
});

test('a big log comes in batches whose memory does not grow, and a giant line is cut', async () => {
  const path = await logFile('');
  const handle = await open(path, 'a');
  const block = Buffer.from(`${head} ${'x'.repeat(100)}\n`.repeat(8_000));
  for (let index = 0; index < 20; index += 1) await handle.write(block);
  await handle.write(Buffer.alloc(3_000_000, 0x79));
  await handle.write(`\n${head} end\n`);
  await handle.close();
  let count = 0;
  let largestBatch = 0;
  let longest = 0;
  let last: LogLine | null = null;
  for await (const batch of readLogLines(path)) {
    count += batch.lines.length;
    largestBatch = Math.max(largestBatch, batch.lines.length);
    for (const line of batch.lines) longest = Math.max(longest, line.text.length);
    last = batch.lines.at(-1) ?? last;
  }
  expect(count).toBe(160_002);
  expect(last).toMatchObject({ line: 160_002, text: 'end' });
  expect(largestBatch).toBeLessThan(2_100);
  expect(longest).toBeLessThan(17_000);
});

test('reading stops when it is told to', async () => {
  const path = await logFile(`${head} x\n`.repeat(20_000));
  const abort = new AbortController();
  const reading = async (): Promise<void> => {
    for await (const batch of readLogLines(path, {}, abort.signal))
      if (batch.nextByte > 0) abort.abort(new Error('stop'));
  };
  await expect(reading()).rejects.toThrow('stop');
});
