import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MethodOutput } from '#shared/contract/index.ts';
import { RoomError } from '#shared/errors.ts';
import type { JobContext } from '../../jobs/job-context.ts';
import type { FoundTool, ToolFinder } from '../../tools/find-tool.ts';
import type { RunTool } from '../../tools/tool-supervisor.ts';
import { reportHtml } from './html.ts';
import { takePictures } from './pictures.ts';
import type { ReportData } from './report-data.ts';

export type ReportDeps = {
  readonly tools: Pick<ToolFinder, 'find'>;
  readonly run: RunTool;
  readonly pathOf: (mediaId: string) => Promise<string>;
  readonly workspacePath: string;
  readonly roomVersion: string;
};

type Format = 'html' | 'json';

const pathOfReport = (studyId: string, format: Format, { workspacePath }: ReportDeps): string =>
  join(workspacePath, 'studies', studyId, `report.${format}`);

/** Writes the report of an unblinded study as a page and as JSON into the workspace. */
export async function makeReport(
  known: Omit<ReportData, 'schema' | 'kind' | 'versions' | 'pictures' | 'pictureNote'>,
  context: JobContext,
  deps: ReportDeps,
): Promise<MethodOutput<'studies.report'>> {
  const { studyId } = known.plan;
  const folder = join(deps.workspacePath, 'studies', studyId);
  await mkdir(folder, { recursive: true });
  const found = await deps.tools.find('ffmpeg');
  const ffmpeg: FoundTool | null = found.found ? found : null;
  const { pictures, note } = await context.step('Take the frames', async () => {
    if (ffmpeg === null)
      return {
        pictures: [],
        note: 'The frames are not shown: ffmpeg, which takes them out of the clips, is not here.',
      };
    return takePictures(known.plan, {
      ffmpegPath: ffmpeg.path,
      run: deps.run,
      pathOf: deps.pathOf,
      folder: join(folder, '.pictures'),
      signal: context.signal,
      onPair: (done) => context.progress({ done, total: known.plan.pairs.length, unit: 'clips', message: '' }),
    });
  });
  const data: ReportData = {
    schema: 1,
    kind: 'study_report',
    ...known,
    versions: { room: deps.roomVersion, ffmpeg: ffmpeg?.version ?? null },
    pictures,
    pictureNote: note,
  };
  await context.step('Write it', async () => {
    await writeWhole(pathOfReport(studyId, 'html', deps), reportHtml(data));
    await writeWhole(pathOfReport(studyId, 'json', deps), `${JSON.stringify(data, null, 2)}\n`);
  });
  return {
    htmlPath: pathOfReport(studyId, 'html', deps),
    jsonPath: pathOfReport(studyId, 'json', deps),
    pictureCount: pictures.reduce((sum, pair) => sum + pair.baseline.length + pair.candidate.length, 0),
    pictureNote: note,
  };
}

/** Whole under its name, or as it was before. */
async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.tmp`, text);
  await rename(`${path}.tmp`, path);
}

/** @throws RoomError not_found while none was made. */
export async function readReport(studyId: string, format: Format, deps: ReportDeps): Promise<string> {
  try {
    return await readFile(pathOfReport(studyId, format, deps), 'utf8');
  } catch {
    throw new RoomError('not_found', 'No report of this study was made yet.', { hint: '`studies.report` makes it.' });
  }
}
