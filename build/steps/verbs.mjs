import { resolve } from 'node:path';
import { ensureDesktop, ensureRenderer } from './bundles.mjs';
import { handOver } from './child.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { electronBinary, whyNoDesktop } from './desktop.mjs';
import { ensureNode } from './node.mjs';
import { inRoot, root } from './paths.mjs';
import { ensurePrograms } from './programs.mjs';
import { SetupFault, say } from './say.mjs';

/** @type {Record<string, (args: string[]) => Promise<void>>} */
const verbs = {
  async start(args) {
    const node = await ready();
    await ensureRenderer(node);
    const forwarded = absoluteWorkspace(args);
    if (!args.includes('--web')) {
      const binary = electronBinary();
      const reason = whyNoDesktop(binary);
      if (binary !== null && reason === null) {
        await ensureDesktop(node);
        await handOver(binary, [root, ...forwarded]);
      }
      console.log(reason);
    }
    await handOver(node, [inRoot('electron', 'web', 'main.ts'), ...forwarded]);
  },

  async room(args) {
    const node = await ready();
    await handOver(node, [inRoot('electron', 'engine', 'command-line.ts'), ...args]);
  },

  async 'simulate:vast'(args) {
    const node = await ready();
    await handOver(node, [inRoot('electron', 'engine', 'simulate-vast.ts'), ...args]);
  },

  async test(args) {
    const node = await ready();
    const rest = args.filter((arg) => arg !== '--as-is');
    const [part] = rest;
    if (part !== 'check') await ensurePrograms({ install: !args.includes('--as-is') });
    if (part === undefined || part === 'e2e') {
      await ensureRenderer(node);
      await ensureDesktop(node);
    }
    await handOver(node, [inRoot('build', 'test.ts'), ...rest]);
  },

  async check(args) {
    const node = await ready();
    await handOver(node, [inRoot('build', 'check.ts'), ...args]);
  },

  async bench(args) {
    const node = await ready();
    await ensurePrograms({ install: !args.includes('--as-is') });
    await ensureRenderer(node);
    await handOver(node, [inRoot('tests', 'bench', 'run-bench.ts'), ...args.filter((arg) => arg !== '--as-is')]);
  },

  async faults(args) {
    const node = await ready();
    await ensurePrograms({ install: !args.includes('--as-is') });
    await handOver(node, [inRoot('tests', 'faults', 'run-faults.ts'), ...args.filter((arg) => arg !== '--as-is')]);
  },

  async 'test:incidents'(args) {
    const node = await ready();
    await ensurePrograms({ install: !args.includes('--as-is') });
    await handOver(node, [inRoot('tests', 'incidents', 'run-incidents.ts')]);
  },

  async 'test:mutants'(args) {
    const node = await ready();
    await ensurePrograms({ install: !args.includes('--as-is') });
    const rest = args.filter((arg) => arg !== '--as-is');
    await handOver(node, [inRoot('tests', 'faults', 'mutants', 'run-mutants.ts'), ...rest]);
  },

  async build() {
    const node = await ready();
    await ensureRenderer(node);
    await ensureDesktop(node);
    say('out/renderer and out/desktop are up to date');
  },

  async package(args) {
    const node = await ready();
    await ensureRenderer(node);
    await ensureDesktop(node);
    const isCheck = args.includes('--check');
    const program = isCheck
      ? inRoot('tests', 'packaging', 'check-package.ts')
      : inRoot('build', 'package', 'package.ts');
    await handOver(node, [program, ...args.filter((arg) => arg !== '--check')]);
  },

  async format(args) {
    const node = await ready();
    await handOver(node, [inRoot('build', 'check.ts'), '--write', ...args]);
  },
};

/**
 * @param {string | undefined} verb
 * @param {string[]} args
 */
export async function runVerb(verb, args) {
  const run = verb === undefined ? undefined : verbs[verb];
  if (run === undefined) {
    say(`Unknown command: ${verb ?? '(none)'}. Known: ${Object.keys(verbs).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  try {
    await run(args);
  } catch (thrown) {
    if (!(thrown instanceof SetupFault)) throw thrown;
    say(`Set-up stopped: ${thrown.message}`);
    say(`To go on: ${thrown.toGoOn}`);
    process.exitCode = 1;
  }
}

/** Packages and Node, which every command needs. */
async function ready() {
  await ensureDependencies();
  return ensureNode();
}

/**
 * npm starts its scripts in the folder of package.json; a path that a person typed is meant from where
 * they typed it.
 * @param {string[]} args
 */
function absoluteWorkspace(args) {
  const from = process.env['INIT_CWD'] ?? process.cwd();
  return args.map((arg, index) => {
    if (arg.startsWith('--workspace=')) return `--workspace=${resolve(from, arg.slice('--workspace='.length))}`;
    return args[index - 1] === '--workspace' ? resolve(from, arg) : arg;
  });
}
