import { join } from 'node:path';
import { RoomError } from '#shared/errors.ts';
import {
  launchPresetSchema,
  type LaunchPreset,
  type PresetView,
  type VariableView,
} from '#shared/model/launch-preset.ts';
import { loadConfigs, type LoadedConfig, type LoadedConfigs } from '../configs/load-configs.ts';
import type { SecretStore } from '../secrets/secret-store.ts';

export type PresetDeps = {
  readonly configsFolder: string;
  readonly workspacePath: string;
  readonly secrets: SecretStore;
};

/** Every preset, read anew: a file that was edited counts at once. */
export function loadPresets({ configsFolder, workspacePath }: PresetDeps): LoadedConfigs<LaunchPreset> {
  return loadConfigs(launchPresetSchema, {
    shipped: join(configsFolder, 'launch-presets'),
    workspace: join(workspacePath, 'configs', 'launch-presets'),
  });
}

/** @throws RoomError not_found, naming the files that could not be used: it may be in one of them. */
export function findPreset(id: string, deps: PresetDeps): LoadedConfig<LaunchPreset> {
  const { items, problems } = loadPresets(deps);
  const preset = items.find((it) => it.value.id === id);
  if (preset !== undefined) return preset;
  const broken = problems.map((it) => `${it.file}${it.line === null ? '' : `:${it.line}`} (${it.message})`);
  throw new RoomError('not_found', `There is no launch preset "${id}".`, {
    hint: [
      `There are: ${items.map((it) => it.value.id).join(', ') || 'none'}.`,
      ...(broken.length === 0 ? [] : [`These files could not be used: ${broken.join('; ')}.`]),
    ].join(' '),
  });
}

/** The variables of a preset by name, and whether the secrets behind them are set. */
export async function viewVariables(env: LaunchPreset['env'], secrets: SecretStore): Promise<VariableView[]> {
  const views: VariableView[] = [];
  for (const [name, value] of Object.entries(env)) {
    const isOwn = typeof value === 'string';
    views.push({
      name,
      secret: isOwn ? null : value.secret,
      isOptional: !isOwn && value.optional,
      isSecretSet: isOwn ? null : await secrets.has(value.secret),
    });
  }
  return views;
}

export async function viewPreset(loaded: LoadedConfig<LaunchPreset>, secrets: SecretStore): Promise<PresetView> {
  const { env: _, ...shown } = loaded.value;
  const variables = await viewVariables(loaded.value.env, secrets);
  return { ...shown, source: loaded.source, file: loaded.file, variables };
}
