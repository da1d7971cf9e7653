import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { MethodInput } from '#shared/contract/index.ts';
import { startHub } from '../support/hub.ts';
import { projectFolder } from '../support/test-core.ts';
import { checkoutMachine, planted } from './checkout.ts';

/** What a machine of this test can not have: the GPU, a lease of the provider, copies every two minutes. */
const elsewhere = ['sync', 'shutdown'];

/** A machine with all that a run needs, beside a hub: every item of its gate passes but those. */
export async function readyMachine() {
  const hub = await startHub(planted);
  const it = await checkoutMachine({}, { HF_ENDPOINT: hub.address });
  onTestFinished(() => hub.close());
  it.program(
    'nvidia-smi',
    '#!/bin/sh\ncase "$*" in *utilization*) echo 97 ;; *driver*) echo "H100, 550.1, 81559, 81000" ;; *gpu=name*) echo "H100, 81559, 81000" ;; esac\n',
  );
  it.put('scripts/runtime_env.local', `export HF_TOKEN="${planted}"\nGOOGLE_GENAI_API_KEY=${planted}\n`);
  const room = await it.open();
  const own = join(it.workspace, 'configs', 'machine-checks.yaml');
  mkdirSync(dirname(own), { recursive: true });
  const shipped = readFileSync(join(projectFolder, 'configs', 'machine-checks.yaml'), 'utf8');
  writeFileSync(
    own,
    shipped
      .replace(/^probes:.*$/m, 'probes: [transformer_engine.pytorch]')
      .replace(/^imports:.*$/m, 'imports: [torch, natsort]'),
  );
  const workDir = it.at('outputs');
  const input = { ...it.machine, checkout: it.checkout, config: it.config, workDir };
  const overrides = elsewhere.map((gate) => ({ gate, because: 'not on the machine of a test' }));
  return { ...it, room, hub, workDir, input: input as MethodInput<'remote.preflight'>, overrides };
}
