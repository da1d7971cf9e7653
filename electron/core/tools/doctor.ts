import { isAbsolute, join } from 'node:path';
import { toolNameSchema, type DoctorReport, type ToolName, type ToolReport } from '#shared/contract/tools.ts';
import { probeAbilities } from './abilities.ts';
import { isExecutableFile } from './executable.ts';
import type { FoundTool, ToolFinder, ToolFinding } from './find-tool.ts';
import { findOldJobs } from './old-jobs.ts';
import { knownToolFolders, toolEnvironment } from './tool-environment.ts';
import type { RunTool } from './tool-supervisor.ts';
import { toolTable } from './tool-table.ts';

export type DoctorDeps = {
  readonly finder: ToolFinder;
  readonly run: RunTool;
  readonly homeDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/**
 * Looks for every program anew and tries what each can do. Where the room finds a program does not depend on `path`;
 * it tells what a scheduler with that PATH would have started instead.
 */
export async function examineTools(path: string, deps: DoctorDeps): Promise<DoctorReport> {
  const env = toolEnvironment({ homeDir: deps.homeDir, inherited: deps.environment });
  const folders = knownToolFolders(deps.homeDir);
  const [tools, oldJobs] = await Promise.all([
    Promise.all(
      toolNameSchema.options.map(async (name) => {
        const [finding, onPath] = await Promise.all([deps.finder.find(name, { fresh: true }), firstOnPath(name, path)]);
        return finding.found
          ? await describeFound(finding, onPath, { run: deps.run, env })
          : describeMissing(finding, onPath);
      }),
    ),
    findOldJobs({ run: deps.run, env, homeDir: deps.homeDir, folders }),
  ]);
  return { tools, oldJobs, path, folders: [...folders], loginShell: await describeShell(deps.finder) };
}

async function describeFound(
  tool: FoundTool,
  onPath: string | null,
  probe: { readonly run: RunTool; readonly env: Readonly<Record<string, string>> },
): Promise<ToolReport> {
  const { can, flavour } = await probeAbilities({ ...probe, tool });
  const { isNeeded, neededFor, fix } = toolTable[tool.name];
  // What it could not be asked is not held against it: the work itself will say so.
  const lacks = isNeeded ? can.filter((ability) => ability.state === 'no') : [];
  const install = process.platform === 'darwin' ? fix.darwin : fix.linux;
  return {
    name: tool.name,
    path: tool.path,
    version: tool.version,
    ok: lacks.length === 0,
    reason:
      lacks.length === 0 ? tool.why : `${tool.why} It lacks: ${lacks.map((ability) => ability.detail).join(', ')}.`,
    fix: lacks.length === 0 ? null : `${install}, or set the path of a fuller ${tool.name} in Settings.`,
    isNeeded,
    neededFor,
    source: tool.source,
    flavour,
    architecture: tool.architecture,
    can: [...can],
    onPath,
    notes: [...tool.notes],
  };
}

function describeMissing(finding: Exclude<ToolFinding, FoundTool>, onPath: string | null): ToolReport {
  const { isNeeded, neededFor } = toolTable[finding.name];
  return {
    name: finding.name,
    path: null,
    version: null,
    ok: false,
    reason: finding.why,
    // It is there all the same, in a folder that only this PATH names.
    fix: onPath === null ? finding.fix : `Set its path in Settings: ${onPath}`,
    isNeeded,
    neededFor,
    source: null,
    flavour: null,
    architecture: null,
    can: [],
    onPath,
    notes: [...finding.notes],
  };
}

async function firstOnPath(name: ToolName, path: string): Promise<string | null> {
  for (const folder of path.split(':')) {
    if (!isAbsolute(folder)) continue;
    const candidate = join(folder, name);
    if (await isExecutableFile(candidate)) return candidate;
  }
  return null;
}

async function describeShell(finder: ToolFinder): Promise<DoctorReport['loginShell']> {
  const answer = await finder.shellAnswer();
  if (answer === null) return { state: 'not_asked', detail: 'Everything was found without it.' };
  return answer.ok
    ? { state: 'answered', detail: answer.pathFolders.join(':') }
    : { state: 'failed', detail: answer.line };
}
