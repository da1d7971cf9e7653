import { onTestFinished } from 'vitest';
import type { MethodInput } from '#shared/contract/index.ts';
import { makeReady } from '../support/checkout/fill-checkout.ts';
import { startHub } from '../support/hub.ts';
import { checkoutMachine, planted } from './checkout.ts';

/** What a machine of this test can not have: the GPU, a lease of the provider, copies every two minutes. */
const elsewhere = ['sync', 'shutdown'];

/** A machine with all that a run needs, beside a hub: every item of its gate passes but those. */
export async function readyMachine() {
  const hub = await startHub(planted);
  const it = await checkoutMachine({}, { HF_ENDPOINT: hub.address });
  onTestFinished(() => hub.close());
  const room = await it.open();
  makeReady(it, it.workspace);
  const workDir = it.at('outputs');
  const input = { ...it.machine, checkout: it.checkout, config: it.config, workDir };
  const overrides = elsewhere.map((gate) => ({ gate, because: 'not on the machine of a test' }));
  return { ...it, room, hub, workDir, input: input as MethodInput<'remote.preflight'>, overrides };
}
