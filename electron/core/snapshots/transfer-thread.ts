import type { Ports } from '../ports.ts';
import { connectThread, type CallOptions, type ThreadClient } from '../threads/rpc.ts';
import type { transferProcedures } from './pull/transfer-procedures.ts';

type Procedures = typeof transferProcedures;

export type TransferThread = {
  call<N extends keyof Procedures & string>(
    name: N,
    input: Parameters<Procedures[N]>[0],
    options?: CallOptions,
  ): Promise<Awaited<ReturnType<Procedures[N]>>>;
  close(): Promise<void>;
};

/** Started with the first pull; one that dies takes its pulls with it, and the next pull starts another. */
export function createTransferThread(ports: Ports): TransferThread {
  let thread: ThreadClient<Procedures> | null = null;
  const started = (): ThreadClient<Procedures> =>
    (thread ??= connectThread<Procedures>(ports.startThread('transfer', null), 'transfer', (error) => {
      thread = null;
      ports.log({ level: 'error', area: 'snapshots', message: error.message });
    }));
  return {
    call: (name, input, options) => started().call(name, input, options),
    async close() {
      await thread?.close();
      thread = null;
    },
  };
}
