import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import type { MethodName, MethodOutput } from '#shared/contract/index.ts';
import { room as callRoom } from '../command-line.ts';
import { ffmpegPath } from '../media/ffmpeg-clips.ts';
import { startRoom, type RoomProcess } from '../room-process.ts';
import { temporaryFolder } from '../test-core.ts';
import { buildStudyRuns } from './study-runs.ts';

export type StudyRoom = {
  /** The room that is open now. */
  room: RoomProcess;
  readonly workspace: string;
  call<M extends MethodName>(method: M, input: object): Promise<MethodOutput<M>>;
  /** Ends the room as a power cut does, and opens it again. */
  killAndReopen(): Promise<void>;
  close(): Promise<void>;
};

/** A room with two runs of a few source clips, in which the candidate keeps the arm. */
export async function openStudyRoom(clips: number): Promise<StudyRoom> {
  const folder = temporaryFolder();
  const workspace = join(folder.path, 'workspace');
  const runs = await buildStudyRuns(join(folder.path, 'runs'), { clips });
  const opened: StudyRoom = {
    room: await startRoom({ workspaceFolder: workspace }),
    workspace,
    async call(method, input) {
      const outcome = await callRoom([method, JSON.stringify(input), '--workspace', workspace], { home: folder.path });
      if (outcome.code !== 0) throw new Error(outcome.stderr);
      return outcome.value as never;
    },
    async killAndReopen() {
      process.kill(opened.room.pid, 'SIGKILL');
      await opened.room.stop();
      opened.room = await startRoom({ workspaceFolder: workspace });
    },
    async close() {
      await opened.room.stop();
      folder.remove();
    },
  };
  await opened.call('runs.import', { path: runs.baseline });
  await opened.call('runs.import', { path: runs.candidate });
  return opened;
}

/** Is the arm, a bright block in the middle, to be seen in what is on the screen? */
export async function seesArm(page: Page, well: Locator): Promise<boolean> {
  const box = (await well.boundingBox())!;
  const side = 8;
  const clip = { x: box.x + box.width / 2 - side / 2, y: box.y + box.height / 2 - side / 2, width: side, height: side };
  const picture = await page.screenshot({ clip });
  const args = ['-nostdin', '-v', 'error', '-i', 'pipe:0', '-vf', 'scale=1:1:flags=area', '-pix_fmt', 'gray'];
  const { stdout } = spawnSync(ffmpegPath!, [...args, '-f', 'rawvideo', 'pipe:1'], { input: picture });
  return stdout[0]! > 180;
}
