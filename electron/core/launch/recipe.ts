import { createHash } from 'node:crypto';
import type { LaunchPlan } from '#shared/model/launch.ts';
import type { LaunchPreset } from '#shared/model/launch-preset.ts';
import { canonicalJson } from '../history/event.ts';
import type { SecretStore } from '../secrets/secret-store.ts';

/** What will be sent, frozen when the launch is planned; secrets by their name. */
export type LaunchRecipe = {
  readonly image: string;
  readonly diskGb: number;
  readonly runtype: string;
  readonly label: string;
  /** Null when it could not be built; such a plan is never applied. */
  readonly onstart: string | null;
  readonly ports: readonly number[];
  readonly env: LaunchPreset['env'];
  readonly bidPerHourUsd: number | null;
  /** As it was given: 0 is off. */
  readonly wantedCapUsd: number;
};

/** How the API spells a run type. */
export const runtypes: Readonly<Record<LaunchPreset['runtype'], string>> = { ssh_direct: 'ssh_direc ssh_proxy' };

/** Everything that is sent and every price it rests on; not when it was planned, nor what was checked. */
export function hashPlan(plan: Omit<LaunchPlan, 'hash' | 'gates' | 'mayApply'>, recipe: LaunchRecipe): string {
  const { preset, offer, cost, cap, guard, maxRunHours } = plan;
  return createHash('sha256')
    .update(canonicalJson({ preset, offer, cost, cap, guard, maxRunHours, recipe }))
    .digest('hex');
}

/**
 * The environment of the machine with the values of its secrets: handed to the create and to nothing else.
 * A secret that is not set is left out.
 */
export async function resolveEnv(recipe: LaunchRecipe, secrets: SecretStore): Promise<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(recipe.env)) {
    const text = typeof value === 'string' ? value : await secrets.get(value.secret);
    if (text !== null && text !== '') env[name] = text;
  }
  for (const port of recipe.ports) env[`-p ${port}:${port}`] = '1';
  return env;
}
