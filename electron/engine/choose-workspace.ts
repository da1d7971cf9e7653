import { defaultWorkspacePath, demoWorkspacePath } from '#core/workspace/home.ts';

/** Which workspace a start opens: the one that was named, else the demo when asked for, else the last one. */
export function chooseWorkspace(
  home: string,
  wanted: { readonly path: string | null; readonly isDemo: boolean },
): { readonly path: string; readonly isDemo: boolean } {
  const path = wanted.path ?? (wanted.isDemo ? demoWorkspacePath(home) : defaultWorkspacePath(home));
  return { path, isDemo: wanted.isDemo || path === demoWorkspacePath(home) };
}
