import type { Ports } from '#core/ports.ts';
import { checkoutVariables, fillCheckout } from '../support/checkout/fill-checkout.ts';
import { stepMachine } from './step-machine.ts';

export { planted } from '../support/checkout/fill-checkout.ts';

/** A machine with a checkout of the pipeline; the room beside it is opened by the test. */
export async function checkoutMachine(options: Partial<Ports> = {}, variables: Record<string, string> = {}) {
  const machine = await stepMachine((at) => ({ ...checkoutVariables(at), ...variables }), options);
  return { ...machine, ...fillCheckout(machine.at) };
}
