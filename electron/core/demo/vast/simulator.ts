import type { AddressInfo } from 'node:net';
import { createClock } from './clock.ts';
import type { VastControl } from './control.ts';
import { createControl } from './create-control.ts';
import { createRateLimits } from './rate-limits.ts';
import { createRequestLog } from './request-log.ts';
import { answerControl } from './routes/control.ts';
import { createVastServer } from './server.ts';
import { createSshPorts } from './ssh-ports.ts';
import { createWorld, type VastMode, type World } from './world.ts';

export type VastSimulatorOptions = {
  /** 0, the default: any free port. */
  readonly port?: number;
  readonly mode?: VastMode;
  /** Simulated seconds in a second; 1 unless told. Rates are per simulated hour. */
  readonly speed?: number;
  /** The published minimum intervals, by the wall clock: on in the faithful mode, off in the CLI-safe one. */
  readonly rateLimits?: 'on' | 'off';
  /** `demo`, the default: about five machines in different states. */
  readonly fleet?: 'demo' | 'empty';
  /** The key of the account; `test-key` unless told. A second key, `test-read-key`, may only read. */
  readonly apiKey?: string;
  /** Where SSH to every machine that is rented leads, and what its container wrote. Nobody answers unless told. */
  readonly rented?: World['rented'];
  /** The wall clock, in epoch milliseconds. */
  readonly now?: () => number;
};

export type VastSimulator = {
  /** `http://127.0.0.1:<port>`, without a slash at the end: what `VAST_URL` takes. */
  readonly url: string;
  readonly apiKey: string;
  /** What `/__control/` does over HTTP, for tests in the same process. */
  readonly control: VastControl;
  readonly close: () => Promise<void>;
};

/** Starts the simulated provider on 127.0.0.1; close it when done. @throws when the port is taken. */
export async function startVastSimulator(options: VastSimulatorOptions = {}): Promise<VastSimulator> {
  const mode = options.mode ?? 'faithful';
  const apiKey = options.apiKey ?? 'test-key';
  const isLimited = (options.rateLimits ?? (mode === 'faithful' ? 'on' : 'off')) === 'on';
  const clock = createClock(options.now ?? Date.now, options.speed ?? 1);
  const world = createWorld(clock, options.rented);
  const ssh = createSshPorts(world);
  const log = createRequestLog();
  const control = createControl(world, ssh, log);
  let url = '';
  const server = createVastServer({
    view: { world, mode, ssh },
    apiKey,
    limits: isLimited ? createRateLimits(clock.wallMs) : null,
    log,
    url: () => url,
    control: (method, path, body) => answerControl(world, control, method, path, body),
  });
  await control.reset(options.fleet ?? 'demo');
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    apiKey,
    control,
    close: () =>
      new Promise((resolve) => {
        ssh.closeAll();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
