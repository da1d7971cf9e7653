import { z } from 'zod';
import { isoTimeSchema } from '../model/ids.ts';
import { command, query } from './define.ts';

export const roomInfoSchema = z.object({
  product: z.literal('Blueprint Control Room'),
  version: z.string(),
  shell: z.enum(['desktop', 'browser', 'command_line']),
  /** `resident` keeps running; `errand` lives for one call of the command line. */
  role: z.enum(['resident', 'errand']),
  node: z.string(),
  platform: z.string(),
  startedAt: isoTimeSchema,
  workspace: z.object({
    id: z.string(),
    name: z.string(),
    path: z.string(),
    isDemo: z.boolean(),
    createdAt: isoTimeSchema,
  }),
  database: z.object({
    historyVersion: z.number().int(),
    indexVersion: z.number().int(),
    historyBytes: z.number(),
    indexBytes: z.number(),
    lastBackupAt: isoTimeSchema.nullable(),
  }),
  counts: z.object({
    runs: z.number().int(),
    clips: z.number().int(),
    logLines: z.number().int(),
    decisions: z.number().int(),
  }),
  canPickFolder: z.boolean(),
  canBrowseFolders: z.boolean(),
  canSwitchWorkspace: z.boolean(),
  warnings: z.array(z.object({ code: z.string(), message: z.string(), hint: z.string().nullable() })),
});
export type RoomInfo = z.infer<typeof roomInfoSchema>;

export const themeSchema = z.enum(['system', 'dark', 'light']);
export const settingsSchema = z.object({
  theme: themeSchema,
  /** What this person is called in decisions. */
  reviewerName: z.string().max(80),
  /** Absolute paths of programs, when the search finds the wrong one. */
  ffmpegPath: z.string().max(1000).nullable(),
  ffprobePath: z.string().max(1000).nullable(),
  rclonePath: z.string().max(1000).nullable(),
  sshPath: z.string().max(1000).nullable(),
  rsyncPath: z.string().max(1000).nullable(),
  vastaiPath: z.string().max(1000).nullable(),
  /** Who to sign in as on machines. */
  sshUser: z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/, 'a user name is letters, digits, dot, dash, underscore'),
  /** A private key that is tried first; null: the agent and the usual files of ~/.ssh. */
  sshKeyFile: z.string().max(1000).nullable(),
  /** Absolute folder of the snapshots; a folder in the workspace when none is set. */
  backupFolder: z.string().max(1000).nullable(),
  /** Where snapshots are mirrored to. The environment's `B2_BUCKET` and `B2_PREFIX` go before them. */
  mirrorBucket: z.string().max(100).nullable(),
  mirrorPrefix: z.string().max(400).nullable(),
  /** A remote of the account's own rclone configuration, instead of a key. */
  mirrorRemote: z.string().max(100).nullable(),
  /** KiB a second; null is unlimited. */
  mirrorBandwidthKib: z.number().int().min(1).max(100_000_000).nullable(),
  /** Old snapshots go by themselves after a pull. All are kept for so long, then one an hour, then one a day. */
  retentionIsOn: z.boolean(),
  retentionAllHours: z.number().min(1).max(8784),
  retentionHourlyDays: z.number().min(0).max(3660),
  retentionDailyDays: z.number().min(0).max(3660),
  /** Without a bucket nothing is ever mirrored: true keeps all of it; false lets old ones go where that is typed. */
  retentionKeepsUnmirrored: z.boolean(),
});
export type Settings = z.infer<typeof settingsSchema>;

export const roomMethods = {
  'room.info': query({
    summary: 'What this room is: version, workspace, database, counts, warnings',
    input: z.strictObject({}),
    output: roomInfoSchema,
  }),
  'room.pickFolder': command({
    summary: 'Asks for a folder with the native dialog (desktop only)',
    input: z.strictObject({ title: z.string().max(200) }),
    output: z.object({ path: z.string().nullable() }),
  }),
  'folders.list': query({
    summary: 'Folders inside a folder, with a hint which of them look like runs (browser shell only)',
    input: z.strictObject({ path: z.string().max(4000) }),
    output: z.object({
      path: z.string(),
      parent: z.string().nullable(),
      folders: z.array(
        z.object({ name: z.string(), path: z.string(), looksLike: z.enum(['run', 'snapshot', 'folder']) }),
      ),
      truncated: z.boolean(),
    }),
  }),
  'workspaces.recent': query({
    summary: 'Workspaces opened on this computer, newest first',
    input: z.strictObject({}),
    output: z.object({
      items: z.array(
        z.object({
          path: z.string(),
          name: z.string(),
          isDemo: z.boolean(),
          lastOpenedAt: isoTimeSchema,
          exists: z.boolean(),
        }),
      ),
    }),
  }),
  'workspaces.open': command({
    summary: 'Opens another workspace in this room; creates it when the folder is new or empty',
    input: z.strictObject({ path: z.string().min(1).max(4000) }),
    output: z.object({ path: z.string(), created: z.boolean() }),
  }),
  'settings.get': query({ summary: 'All settings', input: z.strictObject({}), output: settingsSchema }),
  'settings.set': command({
    summary: 'Changes some settings and answers with all of them',
    input: settingsSchema.partial().strict(),
    output: settingsSchema,
  }),
} as const;
