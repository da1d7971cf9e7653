/** Bytes that look like an MP4 to `file` and hold no picture; tests that decode bring their own. */
export const stubMp4 = Buffer.from('AAAAIGZ0eXBpc29tAAACAGlzb21pc28yYXZjMW1wNDEAAAAIZnJlZQAAAAhtZGF0', 'base64');

export type ClipPlan = { readonly name: string; readonly variants: readonly string[] };
export type ClipOptions = {
  readonly remoteWorkDir: string;
  readonly bytes?: Uint8Array;
  /** Merged into every row of the enriched manifest. */
  readonly row?: object;
  /** Merged into the top of the enriched manifest. */
  readonly top?: object;
};

/** Files of renders, composites and enriched clips with their manifests, by path below the run folder. */
export function clipFiles(
  facilityId: string,
  clips: readonly ClipPlan[],
  options: ClipOptions,
): Map<string, string | Uint8Array> {
  const files = new Map<string, string | Uint8Array>();
  const bytes = options.bytes ?? stubMp4;
  const remote = (path: string): string => `${options.remoteWorkDir}/${facilityId}/${path}`;
  const put = (path: string, content: string | Uint8Array): void => void files.set(`${facilityId}/${path}`, content);
  const renderRows: object[] = [];
  const compositeRows: object[] = [];
  const enrichedRows: object[] = [];
  for (const [index, clip] of clips.entries()) {
    const depth = `renders/${clip.name}_depth.mp4`;
    put(`renders/${clip.name}.mp4`, bytes);
    put(depth, bytes);
    put(`robot_composite/${clip.name}_robot.mp4`, bytes);
    const row = {
      clip_name: clip.name,
      clip_index: index,
      num_frames: 73,
      fps: 10,
      resolution: [480, 640],
      depth_video_path: remote(depth),
    };
    renderRows.push({ ...row, video_path: remote(`renders/${clip.name}.mp4`) });
    compositeRows.push({ ...row, video_path: remote(`robot_composite/${clip.name}_robot.mp4`) });
    for (const variant of clip.variants) {
      const stem = `${clip.name}_${variant}`;
      const prompt = `A kitchen, ${variant}.`;
      put(`enriched/${stem}.mp4`, bytes);
      put(`enriched/${stem}_control_depth.mp4`, bytes);
      put(
        `enriched/${stem}.json`,
        JSON.stringify({
          name: stem,
          prompt,
          seed: 2025,
          guidance: 5,
          depth: { control_path: remote(depth), control_weight: 0.6 },
        }),
      );
      enrichedRows.push({
        clip_name: clip.name,
        variant_name: variant,
        prompt,
        output_video_path: remote(`enriched/${stem}.mp4`),
        input_video_path: remote(`robot_composite/${clip.name}_robot.mp4`),
        source_video_path: remote(`robot_composite/${clip.name}_robot.mp4`),
        source_depth_video_path: remote(depth),
        orientation_fix: 'none',
        input_trimmed: false,
        ...options.row,
      });
    }
  }
  const metrics = clips.map((clip) => ({
    clip_name: clip.name,
    mean_visible_joint_ratio: 0.9,
    geometry_consistency_score: 0.88,
    passed: true,
  }));
  put(
    'renders/render_manifest.json',
    JSON.stringify({ facility: facilityId, num_clips: clips.length, clips: renderRows }),
  );
  put(
    'robot_composite/composited_manifest.json',
    JSON.stringify({ clips: compositeRows, robot_composite_metrics: metrics }),
  );
  put(
    'enriched/enriched_manifest.json',
    JSON.stringify({
      facility: facilityId,
      num_clips: enrichedRows.length,
      variant_names: [...new Set(clips.flatMap((clip) => clip.variants))],
      selected_source_clips: clips.map((clip) => clip.name),
      video_orientation_fix: 'none',
      clips: enrichedRows,
      ...options.top,
    }),
  );
  return files;
}
