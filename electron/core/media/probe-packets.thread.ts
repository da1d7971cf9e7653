import { parentPort, workerData } from 'node:worker_threads';
import type { PacketAnswer } from './probe-packets.ts';
import { ProbeFault } from './probe-result.ts';
import { readPackets } from './read-packets.ts';

async function answer(path: string): Promise<PacketAnswer> {
  try {
    return { ok: true, listing: await readPackets(path) };
  } catch (error) {
    if (error instanceof ProbeFault) return { ok: false, code: error.code, message: error.message };
    throw error;
  }
}

parentPort?.postMessage(await answer(String(workerData)));
