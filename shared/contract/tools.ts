import { z } from 'zod';
import { command, query } from './define.ts';

/** Programs the room looks for. */
export const toolNameSchema = z.enum(['rclone', 'ssh', 'ffmpeg', 'ffprobe', 'rsync', 'vastai']);
export type ToolName = z.infer<typeof toolNameSchema>;

export const toolAbilitySchema = z.object({
  name: z.string(),
  /** `could_not_tell` when the program did not answer. */
  state: z.enum(['yes', 'no', 'could_not_tell']),
  detail: z.string(),
});

export const toolReportSchema = z.object({
  name: toolNameSchema,
  /** Absolute; null when none was found. */
  path: z.string().nullable(),
  /** As the program says it; null when it does not. */
  version: z.string().nullable(),
  /** It is there, it runs, and it can do what the room needs of it. */
  ok: z.boolean(),
  /** Why this one, or why none. */
  reason: z.string(),
  /** What to type; null when there is nothing to mend. */
  fix: z.string().nullable(),
  /** False for a program the room does without: it is only told whether it is there. */
  isNeeded: z.boolean(),
  neededFor: z.string(),
  source: z.enum(['settings', 'bundled', 'known_folder', 'login_shell']).nullable(),
  /** Which of several programs of this name it is, such as openrsync; null where there is only one. */
  flavour: z.string().nullable(),
  architecture: z.string().nullable(),
  can: z.array(toolAbilitySchema),
  /** What a program that looks along the PATH would start; null when nothing there has the name. */
  onPath: z.string().nullable(),
  /** What was passed over or is odd. */
  notes: z.array(z.string()),
});
export type ToolReport = z.infer<typeof toolReportSchema>;

export const oldJobSchema = z.object({
  /** `crontab`, or the file of a launchd agent. */
  where: z.string(),
  /** Of the line as it stands there. */
  id: z.string(),
  /** As it stands there, values of variables taken out. */
  line: z.string(),
  /** Of what it runs: a script, or `rsync --delete`. */
  script: z.string(),
  fix: z.string(),
  /** True where the room can put a # in front of it. */
  canDisable: z.boolean(),
});
export type OldJob = z.infer<typeof oldJobSchema>;

export const doctorReportSchema = z.object({
  tools: z.array(toolReportSchema),
  /** Schedules that still run the old sync scripts. */
  oldJobs: z.object({
    items: z.array(oldJobSchema),
    /** What could not be looked at, one line each. Empty means that everything was. */
    unread: z.array(z.string()),
  }),
  /** The PATH that `onPath` speaks of. */
  path: z.string(),
  /** Where programs are looked for, in this order. */
  folders: z.array(z.string()),
  loginShell: z.object({ state: z.enum(['not_asked', 'answered', 'failed']), detail: z.string() }),
});
export type DoctorReport = z.infer<typeof doctorReportSchema>;

export const toolMethods = {
  'tools.doctor': query({
    summary: 'Which programs were found, where, why these, what they can do, and what to type where one is missing',
    input: z.strictObject({
      /** Answers as if this were the PATH of the environment. */
      path: z.string().max(16_384).optional(),
    }),
    output: doctorReportSchema,
  }),
  'tools.disableOldJob': command({
    summary: 'Puts a # in front of one cron line of the old scripts, after a copy of the crontab; needs it typed',
    input: z.strictObject({
      id: z.string().max(64),
      /** What the line runs, as the report names it. */
      confirm: z.string().max(100).optional(),
    }),
    output: z.object({
      /** As it stands there now, values of variables taken out. */
      line: z.string(),
      /** The crontab as it was. */
      backupPath: z.string(),
    }),
  }),
} as const;
