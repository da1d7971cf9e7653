import type { Delivery } from '#shared/model/schedule.ts';
import type { Database } from '../db/database.ts';
import type { EmitEvent } from '../events.ts';
import type { Notice, Ports } from '../ports.ts';
import { readOutsideAddress } from './outside-address.ts';

/** Nothing that waits for an answer from outside may hold up the next copy. */
const patienceMs = 10_000;

export type Outside = {
  /** Posts a notice to the webhook. Null when none is set, else whether it was taken. */
  post(notice: Notice, purpose: Delivery['purpose']): Promise<Delivery | null>;
  /** Says that all is well, so that silence is an alarm. Null when no address is set. */
  beat(purpose: Delivery['purpose']): Promise<Delivery | null>;
};

type OutsideDeps = {
  readonly database: Database;
  readonly emit: EmitEvent;
  readonly ports: Pick<Ports, 'clock' | 'log' | 'notify' | 'environment' | 'secrets'>;
};

/**
 * Sends over HTTP. Every try is written down; one that is not taken is logged, and told on this computer the first
 * time. Neither the address nor what was answered is kept: either may hold a key.
 */
export function createOutside({ database, emit, ports }: OutsideDeps): Outside {
  async function send(
    kind: Delivery['kind'],
    purpose: Delivery['purpose'],
    request: RequestInit,
  ): Promise<Delivery | null> {
    const address = await readOutsideAddress(kind, ports);
    if (address.state === 'none') return null;
    const outcome =
      address.state === 'unfit'
        ? { host: '', isTaken: false, words: address.problem.replace(/\.$/, '') }
        : { host: address.host, ...(await ask(address.url, request)) };
    const delivery: Delivery = { at: new Date(ports.clock.now()).toISOString(), kind, purpose, ...outcome };
    const [before] = await database.read('deliveries.newest', { kind, limit: 1 });
    await database.write('deliveries.add', delivery);
    emit({ name: 'schedule.changed', payload: {} });
    if (!delivery.isTaken) tell(delivery, before?.isTaken !== false);
    return delivery;
  }

  function tell({ kind, host, words }: Delivery, isFirst: boolean): void {
    const message = `The ${kind}${host === '' ? '' : ` at ${host}`} was not reached: ${words}.`;
    ports.log({ level: 'error', area: 'schedule', message });
    if (isFirst)
      ports.notify({
        title: kind === 'webhook' ? 'Alarms do not get out' : 'The heartbeat does not get out',
        body: `${message} ${kind === 'webhook' ? 'What goes wrong is told on this computer alone.' : 'Whoever listens for it may raise an alarm.'}`,
        urgency: 'critical',
      });
  }

  return {
    post: (notice, purpose) =>
      send('webhook', purpose, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          // The name under which chat services look for it.
          text: `${notice.title}: ${notice.body}`,
          ...notice,
          at: new Date(ports.clock.now()).toISOString(),
        }),
      }),
    beat: (purpose) => send('heartbeat', purpose, { method: 'GET' }),
  };
}

async function ask(url: URL, request: RequestInit): Promise<Pick<Delivery, 'isTaken' | 'words'>> {
  try {
    // Wherever it would be sent on to was not agreed to.
    const answer = await fetch(url, { ...request, redirect: 'manual', signal: AbortSignal.timeout(patienceMs) });
    await answer.body?.cancel();
    return { isTaken: answer.ok, words: `HTTP ${answer.status}` };
  } catch (thrown) {
    return { isTaken: false, words: whyOf(thrown) };
  }
}

/** By its code alone: a message could quote the address. */
function whyOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'no answer';
  if (thrown.name === 'TimeoutError') return `no answer within ${patienceMs / 1000} s`;
  const cause: unknown = thrown.cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return /^[A-Z_]{3,40}$/.test(code) ? code : 'no connection';
}
