import { expect, onTestFinished } from 'vitest';
import { readyMachine } from '../../remote/ready-machine.ts';
import { copyDemoRun, filterClip } from '../../support/depth/spoil-run.ts';
import { framesOf, pairOf, studyOf } from '../../support/review/build-labels.ts';
import { temporaryFolder } from '../../support/test-core.ts';
import { incident } from './incident.ts';
import { bySsh, refusalOf } from './old-way.ts';

type Ready = Awaited<ReturnType<typeof readyMachine>>;

const runAll = (it: Ready): ReturnType<typeof bySsh> =>
  bySsh(it.sshd, `cd ${it.checkout} && blueprint-validate --config ${it.config} --work-dir ${it.at('old')} run-all`);
const heldLaunch = (it: Ready): ReturnType<typeof refusalOf> =>
  refusalOf(it.room.call('remote.launch', { ...it.input, overrides: it.overrides }));

incident('10', async () => {
  const it = await readyMachine();
  it.plan({ builtin: true });
  it.put(
    it.config,
    it.configText
      .replace('dynamic_variants: false', 'dynamic_variants: true')
      .replace('allow_dynamic_variant_fallback: false', 'allow_dynamic_variant_fallback: true'),
  );
  const ran = await runAll(it);
  expect(ran.code).toBe(0);
  expect(ran.output).toContain('using builtin variants');
  const held = await heldLaunch(it);
  expect(held).toMatchObject({ code: 'held', details: { incidentId: '10' } });
  return {
    old: `exits ${ran.code} on the prompts of another scene; one line of the log says so`,
    room: 'holds the launch: dynamic variants with a fallback',
  };
});

incident('11', async () => {
  const it = await readyMachine();
  it.put(it.config, it.configText.replace('video_orientation_fix: none', 'video_orientation_fix: vflip'));
  const ran = await runAll(it);
  expect(ran.code).toBe(0);
  const held = await heldLaunch(it);
  expect(held).toMatchObject({ code: 'held', details: { incidentId: '11', gates: ['config:orientation-fix'] } });

  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  const copy = copyDemoRun(folder.path, '50000001');
  filterClip(copy.control('clip_000_orbit_morning_daylight'), 'vflip');
  const { runs } = await it.room.call('runs.import', { path: copy.root });
  const { runId } = runs[0]!;
  await it.room.call('orientation.check', { runId });
  const { counts } = await it.room.call('orientation.list', { runId });
  expect(counts.misaligned).toBe(1);
  expect(counts.aligned).toBeGreaterThan(0);
  return {
    old: `takes vflip without a look, exits ${ran.code}`,
    room: `holds it, and measures depth frame by frame: ${counts.aligned} aligned as they are, the turned one is named`,
  };
});

incident('12', async () => {
  const it = await readyMachine();
  it.put(
    it.config,
    it.configText
      .replace('robot_composite:\n  enabled: false', 'robot_composite:\n  enabled: true\n  urdf_path: /app/arm.urdf')
      .replace('gemini_polish:\n  enabled: false', 'gemini_polish:\n  enabled: true'),
  );
  const ran = await runAll(it);
  expect(ran.code).toBe(0);
  const held = await heldLaunch(it);
  expect(held).toMatchObject({ code: 'held', details: { incidentId: '12' } });

  const study = (treated: number): object =>
    studyOf(Array.from({ length: 8 }, (_, at) => pairOf(`clip ${at}`, framesOf(16, 0, treated))));
  const gain = await it.room.call('gate.evaluate', { labels: study(16) as never });
  const none = await it.room.call('gate.evaluate', { labels: study(0) as never });
  expect(gain.verdict).toBe('accept');
  expect(none.verdict).not.toBe('accept');
  return {
    old: `runs the pre-pass over everything, exits ${ran.code}`,
    room: `holds it without a passed study; the same 8 pairs without a gain are "${none.verdict}", with one "${gain.verdict}"`,
  };
});
