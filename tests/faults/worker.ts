import { runScenario } from './scenario.ts';

export type WorkerOrder = { readonly seed: number; readonly number: number; readonly only: string | null };

/** Runs the scenarios that it is told, one after the other, in a process of its own. */
process.on('message', (order: WorkerOrder) => {
  void runScenario(order.seed, order.number, order.only).then(
    (result) => process.send!(result),
    (thrown: unknown) =>
      process.send!({
        number: order.number,
        strikes: [],
        violations: [
          { invariant: 'words', what: `the scenario itself failed: ${String((thrown as Error).stack ?? thrown)}` },
        ],
        elapsedMs: 0,
      }),
  );
});
process.once('disconnect', () => process.exit(0));
