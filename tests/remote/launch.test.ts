import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MethodInput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { TestCore } from '../support/test-core.ts';
import { planted } from './checkout.ts';
import { readyMachine } from './ready-machine.ts';
import { eventually } from './step-machine.ts';

const slow = 180_000;

const heldGates = async (room: TestCore, input: MethodInput<'remote.launch'>): Promise<unknown> => {
  const thrown = await room.call('remote.launch', input).then(
    () => null,
    (error: unknown) => error,
  );
  return thrown instanceof RoomError && thrown.code === 'held' ? thrown.details?.['gates'] : thrown;
};

describe.skipIf(process.platform !== 'linux')('a run behind its gate', () => {
  test(
    'is held by each fault by name, starts nothing, and is passed over by name and reason, which is kept',
    async () => {
      const it = await readyMachine();
      const { room } = it;
      const seen = await room.call('remote.preflight', it.input);
      const bad = seen.rows.filter((row) => row.state !== 'passed' && row.state !== 'warning').map((row) => row.id);
      expect(bad).toEqual(['shutdown', 'sync']);
      expect(seen.rows.filter((row) => row.id === 'api_key:GOOGLE_GENAI_API_KEY')).toHaveLength(2);
      expect(JSON.stringify(seen)).not.toContain(planted);
      expect(await heldGates(room, it.input)).toEqual(['shutdown', 'sync']);

      const { overrides } = it;
      it.removePackage('natsort', '8.4.0');
      it.hub.set('nvidia/Cosmos-Predict2.5-2B', 'gated');
      it.put(it.config, it.configText.replace('max_cost_usd: 0', 'max_cost_usd: 12'));
      await room.call('environment.probe', it.machine);
      const gates = await heldGates(room, { ...it.input, overrides });
      expect(gates).toEqual([
        'environment',
        'imports',
        'gated-files',
        'budget',
        'config:cap-without-rate',
        'pipeline-preflight',
      ]);
      expect(existsSync(it.workDir)).toBe(false);

      it.addPackage('natsort', '8.4.0');
      it.hub.set('nvidia/Cosmos-Predict2.5-2B', 'open');
      it.put(it.config, it.configText);
      const done = await room.call('remote.launch', { ...it.input, overrides });
      expect(done.step.outcome).toMatchObject({ isGood: true, because: expect.stringContaining('6 result files') });
      expect(done.launch.overrides.map((each) => each.gate)).toEqual(['sync', 'shutdown']);
      expect(done.launch.config.text).toBe(it.configText);
      expect((await room.call('remote.launches', {})).items).toEqual([done.launch]);
      expect(readFileSync(join(it.workDir, 'run_all.log'), 'utf8')).toContain('hook succeeded for s2_enrich');
    },
    slow,
  );

  test(
    'a stage that failed behind an exit code of 0 fails the run, and the log says which and why',
    async () => {
      const it = await readyMachine();
      it.plan({ fail: { s2_enrich: 'VLM gate unresolved' } });
      const { room } = it;
      const launch = { ...it.input, overrides: it.overrides };
      await expect(room.call('remote.launch', { ...launch, stages: ['enrich'] })).rejects.toThrow(
        /kitchen_0787\/s2_enrich_result\.json says failed: VLM gate unresolved/,
      );
      it.plan({ noResults: true });
      await expect(room.call('remote.launch', { ...launch, stages: ['render'] }))
        .rejects.toThrow('left no result' as never)
        .catch(() => undefined);
      const [step] = (await room.call('steps.list', { limit: 1 })).items;
      expect(step!.outcome!.isGood).toBe(false);
    },
    slow,
  );

  test(
    'is followed while it runs and is silent, and survives a lost connection and a room that was closed',
    async () => {
      const it = await readyMachine();
      const gate = it.at('go');
      it.plan({ hold: { s3_finetune: gate } });
      const { room } = it;
      await room.core.dispatcher.dispatch(
        'remote.launch',
        { ...it.input, overrides: it.overrides },
        { actor: 'operator', name: 'tester' },
      );
      const step = await eventually('stage 3', async () => {
        const run = (await room.call('steps.list', {})).items.find((each) => each.kind === 'run');
        if (run === undefined) return null;
        return (await room.call('remote.follow', { id: run.id })).currentStage === 's3_finetune' ? run : null;
      });
      const live = await room.call('remote.follow', { id: step.id, ask: true });
      expect(live.stages.map((each) => [each.key, each.state])).toEqual([
        ['s1_render', 'success'],
        ['s2_enrich', 'success'],
        ['s3_finetune', 'running'],
      ]);
      expect(live).toMatchObject({ pulse: 'writing', activity: { gpuPercent: 97 } });
      // Nobody bills this machine, and no run was seen before: unknown, and not nothing.
      expect(live.forecast).toMatchObject({ spentUsd: null, secondsLeft: null, totalUsd: null });
      await room.close();
      await it.sshd.cutConnections();
      writeFileSync(gate, '');
      const next = await it.open();
      await next.call('steps.attach', { id: step.id });
      const after = await next.call('remote.follow', { id: step.id, from: live.to });
      expect(after).toMatchObject({ pulse: 'over', errorCount: 0, from: live.to });
      expect(after.lines[0]!.text).toContain('Stage s3_finetune completed');
      expect(after.stages).toHaveLength(5);
    },
    slow,
  );
});
