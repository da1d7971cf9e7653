import { settingsSchema, type Settings } from '#shared/contract/room.ts';
import type { StoreContext } from '../db/store-context.ts';

const defaults: Settings = {
  theme: 'system',
  reviewerName: '',
  ffmpegPath: null,
  ffprobePath: null,
  rclonePath: null,
  sshPath: null,
  rsyncPath: null,
  vastaiPath: null,
  sshUser: 'root',
  sshKeyFile: null,
  backupFolder: null,
  mirrorBucket: null,
  mirrorPrefix: null,
  mirrorRemote: null,
  mirrorBandwidthKib: null,
  retentionIsOn: true,
  retentionAllHours: 2,
  retentionHourlyDays: 2,
  retentionDailyDays: 30,
  retentionKeepsUnmirrored: true,
};

function readSettings({ sql }: StoreContext): Settings {
  const rows = sql.all<{ key: string; value: string }>('SELECT key, value FROM setting');
  const stored: Record<string, unknown> = {};
  for (const row of rows) stored[row.key] = JSON.parse(row.value);
  // One setting that a later version wrote in another shape must not hide the others.
  const valid: Record<string, unknown> = { ...defaults };
  for (const [key, schema] of Object.entries(settingsSchema.shape)) {
    const parsed = schema.safeParse(stored[key]);
    if (parsed.success) valid[key] = parsed.data;
  }
  return valid as Settings;
}

export const settingsReads = { 'settings.get': (context: StoreContext): Settings => readSettings(context) };

export const settingsWrites = {
  'settings.set': (context: StoreContext, changes: Readonly<Record<string, unknown>>): Settings => {
    for (const [key, value] of Object.entries(changes)) {
      if (value === undefined) continue;
      context.sql.run(
        'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
        [key, JSON.stringify(value)],
      );
    }
    return readSettings(context);
  },
};
