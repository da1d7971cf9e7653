import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { VastControl } from './control.ts';

/** `faithful`: what the service does. `cli-safe`: without what its own command line falls over. */
export type VastMode = 'faithful' | 'cli-safe';

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
  const server = createServer((_request, response) => {
    response.writeHead(501).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    apiKey: options.apiKey ?? 'test-key',
    control: {} as VastControl,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
