import { z } from 'zod';
import { type Answer, ok, Refusal, refuse } from '../answer.ts';
import type { Machine } from '../machine.ts';
import { keepResult } from '../world.ts';
import { type Call, machineOf, readBody, type Route } from './route.ts';

const logSchema = z.object({
  tail: z.string().regex(/^\d+$/).nullish(),
  filter: z.string().nullish(),
  daemon_logs: z.string().nullish(),
});

function logOf(machine: Machine, isDaemon: boolean): string {
  if (isDaemon) return `vastai_kaalia: C.${machine.id} ${machine.actual ?? 'created'}\n`;
  if (machine.log !== '') return machine.log;
  return machine.startCount === 0 ? '' : `/root/onstart.sh: begin\nsshd: listening on port 22\n/root/onstart.sh: end\n`;
}

const writeablePath = '/var/lib/docker/overlay2/5f2c/merged';

function run(command: string, machine: Machine): string {
  const [program = ''] = command.trim().split(/\s+/);
  switch (program) {
    case 'ls':
      return `${writeablePath}/workspace/run_all.log\n${writeablePath}/workspace/work_dir\n`;
    case 'du':
      return `${Math.round(machine.diskUsedGb * 1e6)}\t${writeablePath}/workspace\n`;
    case 'rm':
      return '';
    default:
      throw refuse(400, 'invalid_args', 'error 400/3801: only ls, rm and du are allowed');
  }
}

function resultAnswer(call: Call, text: string, more: Readonly<Record<string, unknown>>): Answer {
  return ok({ ...more, result_url: `${call.url}/__objects/${keepResult(call.world, text)}`, msg: 'Request accepted.' });
}

export const resultRoutes: readonly Route[] = [
  {
    method: 'PUT',
    path: /^\/api\/v0\/instances\/request_logs\/(\d+)$/,
    pace: null,
    right: 'read',
    handle: (call) => {
      const machine = machineOf(call);
      const { tail, filter, daemon_logs: daemon } = readBody(call, logSchema);
      let lines = logOf(machine, daemon === 'true')
        .split('\n')
        .slice(0, -1);
      if (filter) lines = lines.filter((line) => line.includes(filter));
      if (tail) lines = Number(tail) === 0 ? [] : lines.slice(-Number(tail));
      return resultAnswer(call, lines.map((line) => `${line}\n`).join(''), {});
    },
  },
  {
    method: 'PUT',
    path: /^\/api\/v0\/instances\/command\/(\d+)$/,
    pace: 'execute',
    right: 'write',
    handle: (call) => {
      const machine = machineOf(call);
      const { command } = readBody(call, z.object({ command: z.string().min(1).max(512) }));
      return resultAnswer(call, run(command, machine), { writeable_path: writeablePath });
    },
  },
  {
    // Object storage: no key, and its own kind of "not yet".
    method: 'GET',
    path: /^\/__objects\/([\w-]+)$/,
    pace: null,
    right: 'open',
    handle: ({ world, parts }) => {
      const result = world.results.get(parts[0] ?? '');
      if (result === undefined || result.readyAtMs > world.atMs) {
        throw new Refusal({
          status: 404,
          body: '<?xml version="1.0" encoding="UTF-8"?><Error><Code>NoSuchKey</Code></Error>',
          contentType: 'application/xml',
        });
      }
      return { status: 200, body: result.text, contentType: 'binary/octet-stream' };
    },
  },
];
