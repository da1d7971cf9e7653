import { join } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import { syncProfileSchema, type SyncItem, type SyncProfile } from '#shared/model/sync-profile.ts';
import { loadConfigs } from '../configs/load-configs.ts';

const defaultProfileId = 'blueprint-validation';

/**
 * What a pull copies: the items that were given, or a profile of the room or of the workspace, read anew.
 * @throws RoomError not_found, naming the files that could not be used: it may be in one of them.
 */
export function chooseProfile(
  choice: { readonly profileId?: string | undefined; readonly items?: readonly SyncItem[] | undefined },
  folders: { readonly configsFolder: string; readonly workspacePath: string },
): SyncProfile {
  const { items, problems } = loadConfigs(syncProfileSchema, {
    shipped: join(folders.configsFolder, 'sync-profiles'),
    workspace: join(folders.workspacePath, 'configs', 'sync-profiles'),
  });
  const id = choice.profileId ?? defaultProfileId;
  const profile = items.find((it) => it.value.id === id)?.value;
  if (profile === undefined) {
    const broken = problems.map((it) => `${it.file}${it.line === null ? '' : `:${it.line}`} (${it.message})`);
    throw new RoomError('not_found', `There is no sync profile "${id}".`, {
      hint: [
        `There are: ${items.map((it) => it.value.id).join(', ') || 'none'}.`,
        ...(broken.length === 0 ? [] : [`These files could not be used: ${broken.join('; ')}.`]),
      ].join(' '),
    });
  }
  return choice.items === undefined ? profile : { ...profile, items: [...choice.items] };
}
