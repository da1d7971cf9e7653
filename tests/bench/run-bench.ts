import { readdirSync } from 'node:fs';
import type { Bench, Figure } from './figure.ts';

/**
 * Runs every bench beside this file: whatever a module of this folder exports as `bench…`. Prints one
 * line of JSON per figure on stdout, and nothing else there. Names narrow it: `npm run bench -- player`.
 */
const args = process.argv.slice(2);
const full = args.includes('--full');
const names = args.filter((arg) => !arg.startsWith('--'));

const modules = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts') && !['run-bench.ts', 'figure.ts'].includes(name))
  .map((name) => name.slice(0, -'.ts'.length))
  .filter((name) => names.length === 0 || names.includes(name))
  .toSorted();

const print = (figure: Figure): void => console.log(JSON.stringify(figure));

if (modules.length === 0) {
  console.error(`No bench here${names.length === 0 ? '' : ` is called ${names.join(' or ')}`}.`);
  process.exitCode = 2;
}

for (const name of modules) {
  const exported = (await import(`./${name}.ts`)) as Record<string, unknown>;
  for (const [key, bench] of Object.entries(exported)) {
    if (!key.startsWith('bench') || typeof bench !== 'function') continue;
    console.error(`bench: ${name}`);
    try {
      await (bench as Bench)({ full }, print);
    } catch (thrown) {
      console.error(`bench ${name} stopped:`, thrown);
      process.exitCode = 1;
    }
  }
}
