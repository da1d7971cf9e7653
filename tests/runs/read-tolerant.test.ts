import { createHash } from 'node:crypto';
import { chmod, readFile, readdir, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findRunRoots } from '#core/runs/read/find-run-roots.ts';
import type { ReadOptions } from '#core/runs/read/options.ts';
import { readRunFolder } from '#core/runs/read/read-run-folder.ts';
import type { RunRecord } from '#core/runs/read/record.ts';
import { buildRun } from '../support/runs/build-run.ts';
import { tempDir } from './temp-dir.ts';

const fid = 'kitchen_0787';
async function read(root: string, options: ReadOptions = {}): Promise<RunRecord> {
  const { roots } = await findRunRoots(root);
  return readRunFolder(
    roots.find((item) => item.root === root)!,
    { retryDelayMs: 1, ...options },
  );
}
const result = (fields: object): string =>
  JSON.stringify({ status: 'success', elapsed_seconds: 1, timestamp: '2026-03-01T23:00:00+00:00', ...fields });

test('NaN, unknown keys, unknown stages and statuses of later revisions', async () => {
  const root = await buildRun(join(await tempDir(), 'run'), {
    files: {
      [`${fid}/s4_policy_eval_result.json`]:
        '{"status": "success", "timestamp": "2026-03-01T22:00:00.123456+00:00", "metrics": {"baseline_mean_task_score": 1, "adapted_mean_task_score": 2, "p_value": NaN}, "new_key": {"deep": [1]}}',
      [`${fid}/s1f_external_interaction_ingest_result.json`]: result({ metrics: { a: 1 } }),
      [`${fid}/s4f_polaris_result.json`]: result({ status: 'deferred_to_cloud' }),
      [`${fid}/s4_policy_eval_pre_refresh_result.json`]: result({}),
      [`${fid}/.s2_enrich_result.json.123.tmp`]: '{',
      '.DS_Store': 'x',
    },
  });
  const run = await read(root);
  expect(run.problems).toEqual([]);
  const s4 = run.stages.find((stage) => stage.key === 's4_policy_eval')!;
  expect(s4.metrics['p_value']).toBe('NaN');
  expect(run.gateList.find((gate) => gate.key === 'policy_uplift')).toMatchObject({
    state: 'unknown',
    measured: '+1, p is NaN',
  });
  expect(run.stages.filter((stage) => stage.facilityId === fid).slice(-2)).toMatchObject([
    { key: 's1f_external_interaction_ingest', short: 'S1f', name: 'external interaction ingest', status: 'success' },
    { key: 's4f_polaris', status: 'unknown' },
  ]);
  expect(run.stages.some((stage) => stage.key.includes('pre_refresh'))).toBe(false);
  expect(run.files.some((file) => file.path.includes('/.') || file.path.startsWith('.'))).toBe(false);
});

test('what can not be read is reported file by file, and the rest is there', async () => {
  const root = await buildRun(join(await tempDir(), 'run'), {
    files: {
      [`${fid}/s1_render_result.json`]: '',
      [`${fid}/s2_enrich_result.json`]: '{"status": "success", "metrics": {"num_en',
      [`${fid}/s3_finetune_result.json`]: 'Traceback (most recent call last):',
      [`${fid}/s5_visual_fidelity_result.json`]: '[1, 2]',
      [`${fid}/enriched/enriched_manifest.json`]: `{"clips": [${'0,'.repeat(5000)}0]}`,
    },
    summary: 'none',
  });
  const run = await read(root, { maxJsonBytes: 9_000 });
  const codes = Object.fromEntries(run.problems.map((problem) => [problem.path.replace(`${fid}/`, ''), problem.code]));
  expect(codes).toEqual({
    's1_render_result.json': 'empty_file',
    's2_enrich_result.json': 'half_written',
    's3_finetune_result.json': 'not_json',
    's5_visual_fidelity_result.json': 'unexpected_shape',
    'enriched/enriched_manifest.json': 'too_large',
  });
  // The log still tells of the stages whose results are lost.
  expect(run.stages.find((stage) => stage.key === 's2_enrich')).toMatchObject({ status: 'success', resultPath: null });
  expect(run.stages.find((stage) => stage.key === 's4_policy_eval')!.status).toBe('success');
  expect(run.clips).toHaveLength(5);
});

test('a file that is whole a moment later is read then', async () => {
  const root = await buildRun(join(await tempDir(), 'run'), {});
  const path = join(root, fid, 's2_enrich_result.json');
  const whole = await readFile(path, 'utf8');
  await writeFile(path, whole.slice(0, 40));
  const reading = read(root, {
    retryDelayMs: 150,
    onProgress: ({ step }) => void (step === 'logs' && setTimeout(() => void writeFile(path, whole), 30)),
  });
  const run = await reading;
  expect(run.problems).toEqual([]);
  expect(run.stages.find((stage) => stage.key === 's2_enrich')!.resultPath).not.toBeNull();
});

test('links that loop or lead out are reported, the lost checkpoint alias is not', async () => {
  const root = await buildRun(join(await tempDir(), 'run'), { files: { [`${fid}/finetune/note.txt`]: 'x' } });
  await symlink(
    '/models/outputs/kitchen_0787/wm_refresh_loop/iter_00',
    join(root, fid, 'finetune', 'adapted_checkpoint'),
  );
  await symlink(root, join(root, fid, 'renders', 'again'));
  await symlink('/etc', join(root, fid, 'etc'));
  const run = await read(root);
  expect(run.problems.map((problem) => `${problem.code} ${problem.path}`).toSorted()).toEqual([
    `outside_root ${fid}/etc`,
    `symlink_loop ${fid}/renders/again`,
  ]);
});

test('a results folder alone, without summary, log or clips', async () => {
  const root = await buildRun(join(await tempDir(), 'run'), {
    attempts: [{ log: null, startedAt: '2026-03-01T21:00:00.000Z', stages: [{ key: 's1_render', seconds: 30 }] }],
    summary: 'none',
    clips: [],
  });
  const run = await read(root, { nowMs: () => Date.parse('2026-03-05') });
  expect(run.verdicts.status).toMatchObject({ state: 'cut_off', label: 'Cut off after S1' });
  expect(run.verdicts.provenance.state).toBe('unknown');
  expect(run.identity).toMatchObject({
    startSource: 'stages',
    firstFreshStartAt: '2026-03-01T21:00:00.000Z',
    owner: 'local:run',
    remoteWorkDir: null,
  });
});

test('values of the wrong type anywhere do not stop the reading', async () => {
  const odd = [null, 0, '', 'text', [], {}, [null], { clips: 5 }, true];
  for (const [index, value] of odd.entries()) {
    const root = await buildRun(join(await tempDir(), `run${index}`), {
      summary: {
        stages: value,
        facility_ids: value,
        failed_stage_keys: value,
        overall_status: value,
        run_started_at: value,
        run_finished_at: value,
      },
      clipOptions: {
        row: {
          clip_name: value,
          output_video_path: value,
          prompt: value,
          input_trimmed: true,
          input_trim_start_frame: value,
        },
        top: { variant_names: value, selected_source_clips: value },
      },
      files: {
        [`${fid}/s1_render_result.json`]: JSON.stringify({
          status: value,
          timestamp: value,
          metrics: value,
          outputs: value,
          detail: value,
          elapsed_seconds: value,
        }),
        [`${fid}/robot_composite/composited_manifest.json`]: JSON.stringify({
          clips: [value],
          robot_composite_metrics: [value],
        }),
        [`${fid}/policy_eval/vlm_scores.json`]: JSON.stringify({ scores: [value, { video_path: value }] }),
        [`${fid}/warmup_cache/dynamic_variants.json`]: JSON.stringify({ variants: value }),
      },
    });
    const run = await read(root);
    expect(run.stages.length).toBeGreaterThanOrEqual(20);
  }
});

test('nothing is written into the folder', async () => {
  const root = await buildRun(join(await tempDir(), 'run'), {});
  const state = async (): Promise<string> => {
    const hash = createHash('sha256');
    for (const name of (await readdir(root, { recursive: true })).toSorted()) {
      const info = await stat(join(root, name));
      hash.update(`${name} ${info.size} ${info.mtimeMs} ${info.mode}\n`);
    }
    return hash.digest('hex');
  };
  await utimes(root, new Date('2026-03-02'), new Date('2026-03-02'));
  await chmod(root, 0o555);
  const before = await state();
  await read(root);
  expect(await state()).toBe(before);
  await chmod(root, 0o755);
});

test('reading stops when it is told to', async () => {
  const root = await buildRun(join(await tempDir(), 'run'), {});
  const { roots } = await findRunRoots(root);
  const abort = new AbortController();
  await expect(
    readRunFolder(roots[0]!, { signal: abort.signal, onProgress: () => abort.abort(new Error('stop')) }),
  ).rejects.toThrow('stop');
});

test('a folder that is gone is an error of its own', async () => {
  await expect(readRunFolder({ root: '/nowhere/run', snapshot: null, instanceId: null })).rejects.toMatchObject({
    code: 'path_missing',
  });
});
