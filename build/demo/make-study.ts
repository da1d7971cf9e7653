import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from '../steps/paths.mjs';

/*
 * Makes resources/demo/study: two runs of eight source clips out of the demo's own clips. In the baseline the arm is
 * gone before the clip ends, in the candidate it stays nearly always. Run by hand when the demo's clips changed, with
 * ffmpeg on the PATH: node build/demo/make-study.ts
 */
const frames = 25;
const size = [320, 240] as const;
const facility = 'kitchen_0787';
const remote = `/models/outputs/${facility}`;
const variant = 'morning_daylight';
const from = (instanceId: string): string => inRoot('resources', 'demo', 'vast', instanceId, 'latest');

type Scene = {
  readonly name: string;
  readonly path: 'orbit' | 'sweep';
  /** First frame of the demo's clip. */
  readonly start: number;
  readonly isMirrored: boolean;
};
const scenes: readonly Scene[] = Array.from({ length: 8 }, (_, index) => {
  const path = index % 2 === 0 ? 'orbit' : 'sweep';
  return {
    name: `clip_${String(index).padStart(3, '0')}_${path}`,
    path,
    start: index % 4 < 2 ? 4 : 42,
    isMirrored: index > 3,
  };
});

const runs = [
  // Frames in which the arm is whole, by clip; it fades in the next two.
  { instanceId: '32182961', like: '32182930', arm: [8, 13, 4, 17, 10, 15, 6, 19], polished: false },
  { instanceId: '32182962', like: '32182944', arm: [25, 25, 22, 25, 25, 24, 25, 25], polished: true },
];

for (const run of runs) {
  const folder = inRoot('resources', 'demo', 'study', run.instanceId, 'latest');
  rmSync(folder, { recursive: true, force: true });
  copyRecords(from(run.like), folder, run.instanceId);
  const below = join(folder, 'work_dir', facility);
  for (const [index, scene] of scenes.entries()) makeClips(below, scene, run.arm[index]!, run.polished);
  writeManifests(below, run.polished);
}

/** Everything but clips and what lists them, a day earlier: another run of another machine. */
function copyRecords(source: string, folder: string, instanceId: string): void {
  cpSync(source, folder, {
    recursive: true,
    filter: (path) => !/(\.mp4|_camera_path\.json|enriched\/.*)$/.test(path),
  });
  const counts: readonly (readonly [RegExp, string])[] = [
    [/2026-11-23/g, '2026-11-22'],
    [/("(?:num_clips|num_composited|num_polished|num_enriched|num_enriched_clips|num_generated)": )\d+/g, '$18'],
    [/("num_selected_source_clips": )\d+/g, '$18'],
    [/("num_trimmed_inputs": )\d+/g, '$10'],
    [/("total_frames": )\d+/g, `$1${8 * frames}`],
    [/("selected_source_clips": )\[[^\]]*\]/g, `$1${JSON.stringify(scenes.map(({ name }) => name))}`],
    [/"path:(orbit|sweep)": 1/g, '"path:$1": 4'],
  ];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    let text = readFileSync(path, 'utf8');
    for (const [pattern, put] of counts) text = text.replace(pattern, put);
    if (entry.name === 'sync_manifest.txt') text = text.replace(/^instance_id=.*$/m, `instance_id=${instanceId}`);
    writeFileSync(path, text);
  }
}

function makeClips(below: string, scene: Scene, armFrames: number, polished: boolean): void {
  const source = join(from('32182944'), 'work_dir', facility);
  const long = `clip_00${scene.path === 'orbit' ? '0_orbit' : '1_sweep'}`;
  const render = join(source, 'renders', `${long}.mp4`);
  const depth = join(source, 'renders', `${long}_depth.mp4`);
  const robot = join(source, 'robot_composite', `${long}_robot.mp4`);
  const cut = `trim=start_frame=${scene.start}:end_frame=${scene.start + frames},setpts=PTS-STARTPTS,scale=${size.join(':')}${scene.isMirrored ? ',hflip' : ''}`;
  const one = (input: string, to: string, grade = 'null', crf = 27): void =>
    encode([input], `[0]${cut},${grade}`, join(below, to), crf);
  one(render, `renders/${scene.name}.mp4`);
  one(depth, `renders/${scene.name}_depth.mp4`, 'null', 22);
  one(depth, `enriched/${scene.name}_${variant}_control_depth.mp4`, 'null', 25);
  one(robot, `robot_composite/${scene.name}_robot.mp4`);
  if (polished) one(robot, `gemini_polish/${scene.name}_robot_polished.mp4`, 'eq=contrast=1.06:saturation=1.15');
  // The first frame is number 1 here.
  const shown = `if(lte(N,${armFrames}),A,if(lte(N,${armFrames + 2}),0.45*A+0.55*B,B))`;
  const morning = 'colorbalance=rs=.08:gs=.03:bs=-.08:rm=.06:bm=-.06,eq=contrast=1.04:brightness=0.05';
  encode(
    [robot, render],
    `[0]${cut}[a];[1]${cut}[b];[a][b]blend=all_expr='${shown}',format=yuv420p,${morning},noise=alls=4:allf=t`,
    join(below, 'enriched', `${scene.name}_${variant}.mp4`),
    28,
  );
}

function encode(inputs: readonly string[], filter: string, to: string, crf: number): void {
  mkdirSync(join(to, '..'), { recursive: true });
  const codec = ['-c:v', 'libx264', '-preset', 'veryslow', '-crf', String(crf), '-pix_fmt', 'yuv420p', '-r', '10'];
  const args = ['-v', 'error', '-y', '-nostdin', ...inputs.flatMap((input) => ['-i', input])];
  const plain = ['-map_metadata', '-1', '-bitexact', '-threads', '1', '-movflags', '+faststart'];
  const ran = spawnSync('ffmpeg', [...args, '-filter_complex', filter, ...codec, ...plain, to]);
  if (ran.status !== 0) throw new Error(`${to} could not be made: ${ran.error?.message ?? String(ran.stderr)}`);
}

type Manifest = { clips: Record<string, unknown>[] } & Record<string, unknown>;

function writeManifests(below: string, polished: boolean): void {
  const source = join(from('32182944'), 'work_dir', facility);
  const read = (path: string): Manifest => JSON.parse(readFileSync(join(source, path), 'utf8')) as Manifest;
  const write = (path: string, value: unknown): void => {
    mkdirSync(join(below, path, '..'), { recursive: true });
    writeFileSync(join(below, path), `${JSON.stringify(value, null, 2)}\n`);
  };
  const rendered = (scene: Scene, index: number, path: string): object => ({
    clip_name: scene.name,
    path_type: scene.path,
    clip_index: index,
    num_frames: frames,
    requested_num_frames: frames,
    resolution: [size[1], size[0]],
    fps: 10,
    video_path: `${remote}/${path}`,
    depth_video_path: `${remote}/renders/${scene.name}_depth.mp4`,
  });
  const listed = (path: string, toPath: (scene: Scene) => string): void =>
    write(path, {
      ...read(path),
      num_clips: scenes.length,
      clips: scenes.map((scene, index) => rendered(scene, index, toPath(scene))),
      robot_composite_metrics: undefined,
    });
  const robot = (scene: Scene): string => `robot_composite/${scene.name}_robot.mp4`;
  const polish = (scene: Scene): string => `gemini_polish/${scene.name}_robot_polished.mp4`;
  listed('renders/render_manifest.json', (scene) => `renders/${scene.name}.mp4`);
  listed('robot_composite/composited_manifest.json', robot);
  if (polished) listed('gemini_polish/polished_manifest.json', polish);

  const enriched = read('enriched/enriched_manifest.json');
  const example = enriched.clips.find((clip) => clip['variant_name'] === variant)!;
  write('enriched/enriched_manifest.json', {
    ...enriched,
    num_clips: scenes.length,
    variants_per_clip: 1,
    variant_names: [variant],
    selected_source_clips: scenes.map(({ name }) => name),
    selected_source_target_distribution: { 'path:orbit': 4, 'path:sweep': 4 },
    clips: scenes.map((scene) => ({
      ...example,
      clip_name: scene.name,
      output_video_path: `${remote}/enriched/${scene.name}_${variant}.mp4`,
      input_video_path: `${remote}/${(polished ? polish : robot)(scene)}`,
      source_video_path: `${remote}/${(polished ? polish : robot)(scene)}`,
      source_depth_video_path: `${remote}/renders/${scene.name}_depth.mp4`,
      input_total_frames: frames,
      input_trimmed: false,
      input_trim_start_frame: 0,
      input_trim_num_frames: frames,
    })),
  });
  const call = JSON.parse(readFileSync(join(source, 'enriched', `clip_000_orbit_${variant}.json`), 'utf8')) as Record<
    string,
    unknown
  >;
  for (const scene of scenes) {
    write(`enriched/${scene.name}_${variant}.json`, {
      ...call,
      name: `${scene.name}_${variant}`,
      video_path: `${remote}/${(polished ? polish : robot)(scene)}`,
      depth: { control_path: `${remote}/renders/${scene.name}_depth.mp4`, control_weight: 0.6 },
    });
    writeFileSync(join(below, 'enriched', `${scene.name}_${variant}.txt`), String(call['prompt']));
  }
}
