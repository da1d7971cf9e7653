import { z } from 'zod';
import { contract, isMethodName } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';

/** Every method with its kind and one line; with a name, that method and its input as JSON Schema. */
export function helpText(method: string | null): string {
  if (method === null) return overview();
  if (!isMethodName(method))
    throw new RoomError('unknown_method', `There is no method ${method}.`, { hint: '"room help" lists the methods.' });
  const spec = contract[method];
  const input = JSON.stringify(z.toJSONSchema(spec.input, { io: 'input', unrepresentable: 'any' }), null, 2);
  return `${method}  (${spec.kind})\n${spec.summary}\n\nInput:\n${input}`;
}

function overview(): string {
  const names = Object.keys(contract).toSorted() as (keyof typeof contract)[];
  const width = Math.max(...names.map((name) => name.length));
  const lines = names.map(
    (name) => `  ${name.padEnd(width)}  ${contract[name].kind.padEnd(7)}  ${contract[name].summary}`,
  );
  return [
    `room <method> '<json>' [--workspace DIR] [--demo] [--detach]`,
    '',
    'One call of the room. Prints the answer as JSON. Exit codes: 0 done, 1 failed, 2 usage,',
    '3 could not tell, queued or held, 4 busy. A job is waited for; --detach prints its id instead.',
    '',
    ...lines,
    '',
    '"room help <method>" shows what a method takes.',
  ].join('\n');
}
