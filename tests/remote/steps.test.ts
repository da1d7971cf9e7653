import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startCall } from '../support/command-line.ts';
import { eventually, processesOf, stepMachine } from './step-machine.ts';

const slow = 120_000;

/** Waits on the machine until the test lets it go on. */
const untilLet = (file: string): string => `while [ ! -e '${file}' ]; do sleep 0.05; done`;

describe.skipIf(process.platform !== 'linux')('a step on a machine', () => {
  test(
    'runs detached, keeps its output and its exit code, and says both',
    async () => {
      const it = await stepMachine();
      const room = await it.open();
      const step = await room.call(
        'steps.run',
        it.input({ title: 'Hello', script: 'echo one; echo two >&2; pwd', cwd: it.at() }),
      );
      expect(step).toMatchObject({ state: 'ended', exitCode: 0, leftCount: 0, gaps: [], outcome: { isGood: true } });
      expect((await room.call('steps.log', { id: step.id })).text).toBe(`one\ntwo\n${it.at()}\n`);
      await expect(room.call('steps.run', it.input({ title: 'Fails', script: 'echo no; exit 7' }))).rejects.toThrow(
        'Exit code 7.',
      );
    },
    slow,
  );

  test(
    'survives kill -9 of the command line and of every connection; its end is known afterwards, read from the byte on',
    async () => {
      const it = await stepMachine();
      const gate = it.at('go');
      const script = `seq 1 3000; echo half; ${untilLet(gate)}; seq 3001 6000; exit 5`;
      const call = startCall(
        ['steps.run', JSON.stringify(it.input({ title: 'Long', script })), '--workspace', it.workspace],
        { home: it.at('home') },
      );
      const steps = join(it.stepFolder, 'steps');
      await eventually('the first half', () => {
        const [id] = existsSync(steps) ? readdirSync(steps) : [];
        return id !== undefined && existsSync(join(steps, id, 'log', '000003.log')) ? id : null;
      });
      call.child.kill('SIGKILL');
      await call.outcome;
      await it.sshd.cutConnections();
      const room = await it.open('resident');
      await it.stepThat(
        room,
        'the half that was written',
        (step) => step.readBytes >= 10_000 && step.state === 'running',
      );
      await it.sshd.stop();
      const lost = await it.stepThat(room, 'that it is unknown', (step) => step.state === 'unknown');
      expect(lost.unknownSince).not.toBeNull();
      await it.sshd.restart();
      writeFileSync(gate, '');
      const ended = await it.stepThat(room, 'its end', (step) => step.outcome !== null);
      expect(ended).toMatchObject({ state: 'ended', exitCode: 5, gaps: [], outcome: { isGood: false } });
      const { text } = await room.call('steps.log', { id: ended.id, from: 0, maxBytes: 1024 * 1024 });
      const numbers = Array.from({ length: 6000 }, (_, index) => String(index + 1));
      expect(text).toBe([...numbers.slice(0, 3000), 'half', ...numbers.slice(3000), ''].join('\n'));
    },
    slow,
  );

  test(
    'is cancelled with all that it started, also what left its group, and that is verified',
    async () => {
      const it = await stepMachine();
      const room = await it.open();
      const script = `trap '' TERM; setsid sleep 600 & (trap '' TERM; sleep 601) & echo up; wait; sleep 602`;
      const started = room.core.dispatcher.dispatch('steps.run', it.input({ title: 'Stubborn', script }), {
        actor: 'operator',
        name: 'tester',
      });
      expect(await started).toMatchObject({ ok: true });
      const step = await it.stepThat(room, 'its output', (each) => each.readBytes >= 3);
      expect(processesOf(it.stepFolder).length).toBeGreaterThanOrEqual(4);
      const cancelled = await room.call('steps.cancel', { id: step.id, graceSeconds: 1 });
      expect(cancelled).toMatchObject({ state: 'cancelled', leftCount: 0 });
      expect(processesOf(it.stepFolder)).toEqual([]);
    },
    slow,
  );

  test(
    'is refused while another one holds its lane, and a gap in its output is named',
    async () => {
      const it = await stepMachine();
      const room = await it.open();
      const gate = it.at('go');
      await room.core.dispatcher.dispatch(
        'steps.run',
        it.input({ title: 'First', script: `${untilLet(gate)}; seq 1 4000` }),
        { actor: 'operator', name: 'tester' },
      );
      const first = await it.stepThat(room, 'the first', (step) => step.state === 'running' && step.startedAt !== null);
      await expect(room.call('steps.run', it.input({ title: 'Second', script: 'echo second' }))).rejects.toThrow(
        'must not be overlapped',
      );
      await room.close();
      writeFileSync(gate, '');
      await eventually('its end', () => (processesOf(it.stepFolder).length === 0 ? true : null));
      rmSync(join(it.stepFolder, 'steps', first.id, 'log', '000001.log'));
      const next = await it.open();
      const step = await next.call('steps.attach', { id: first.id });
      expect(step).toMatchObject({ exitCode: 0, gaps: [[4096, 8192]], outcome: { isGood: true } });
      expect(step.outcome!.because).toContain('bytes 4096 to 8192');
      const { text } = await next.call('steps.log', { id: step.id, from: 8192, maxBytes: 100_000 });
      expect(text.endsWith('3999\n4000\n')).toBe(true);
    },
    slow,
  );

  test(
    'a script that may upgrade what is there is held before anything starts',
    async () => {
      const it = await stepMachine();
      const room = await it.open();
      await expect(
        room.call('steps.run', it.input({ title: 'Install', script: 'pip install -U piq' })),
      ).rejects.toMatchObject({
        code: 'held',
        details: { incidentId: '1' },
      });
      expect((await room.call('steps.list', {})).items).toEqual([]);
    },
    slow,
  );
});

describe.skipIf(process.platform !== 'linux')('the environment of a machine', () => {
  const upgrade = (at: string): string =>
    `cd '${at}/site-packages' && mv torch-2.7.0.dist-info torch-2.8.0.dist-info && sed -i s/2.7.0/2.8.0/ torch-2.8.0.dist-info/METADATA torch-2.8.0.dist-info/RECORD torch/__init__.py && echo 'Successfully installed torch-2.8.0'`;

  test(
    'a step that changes it fails although it ends with 0, blocks the next one, and is accepted by name or put back',
    async () => {
      const it = await stepMachine();
      const room = await it.open();
      await room.call('steps.run', it.input({ title: 'Quiet', script: 'python3 -c "import json"' }));
      const good = await room.call('environment.get', { instanceId: 'test' });
      expect(good).toMatchObject({ state: 'good', summary: { torch: '2.7.0', packageCount: 3 } });
      expect(good.summary!.imports[0]).toEqual({ module: 'transformer_engine.pytorch', isGood: true, because: null });
      await room.call('environment.pin', {
        instanceId: 'test',
        hash: good.current!.hash.slice(0, 12),
        name: 'known good',
      });

      await expect(room.call('steps.run', it.input({ title: 'Audit', script: upgrade(it.at()) }))).rejects.toThrow(
        /It changed the environment: import transformer_engine\.pytorch imports → .*undefined symbol.*torch 2\.7\.0 → 2\.8\.0.*The step wrote: Successfully installed torch-2\.8\.0/,
      );
      const drifted = await room.call('environment.get', { instanceId: 'test' });
      expect(drifted.state).toBe('drifted');
      expect(drifted.changes.map((each) => each.name)).toEqual(['import transformer_engine.pytorch', 'torch']);
      await expect(room.call('steps.run', it.input({ title: 'Next', script: 'echo next' }))).rejects.toMatchObject({
        code: 'held',
      });
      const compared = await room.call('environment.compare', {
        instanceId: 'test',
        other: { hash: good.current!.hash.slice(0, 12) },
      });
      expect(compared.isSame).toBe(false);

      it.removePackage('torch', '2.8.0');
      it.addPackage('torch', '2.7.0');
      expect((await room.call('environment.probe', it.machine)).state).toBe('good');
      await room.call('steps.run', it.input({ title: 'Again', script: 'echo again' }));

      // Somebody's own ssh, between two steps.
      it.addPackage('piq', '0.8.0');
      await expect(room.call('steps.run', it.input({ title: 'After', script: 'echo after' }))).rejects.toThrow(
        'piq absent → 0.8.0',
      );
      const seen = await room.call('environment.get', { instanceId: 'test' });
      await room.call('environment.accept', {
        instanceId: 'test',
        hash: seen.current!.hash.slice(0, 12),
        name: 'with piq',
      });
      expect((await room.call('steps.run', it.input({ title: 'Accepted', script: 'echo fine' }))).outcome!.isGood).toBe(
        true,
      );
    },
    slow,
  );
});
