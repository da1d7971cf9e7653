import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectFolder } from '../test-core.ts';

const parts = join(projectFolder, 'tests', 'support', 'checkout');

/** A value that only scripts/runtime_env.local may hold. */
export const planted = 'hf_NmQwErTyUiOpAsDfGhJkLzXcVbNm';

const config = `schema_version: v1
facilities:
  kitchen_0787:
    name: "Kitchen Scene 0787"
    ply_path: /app/data/interiorgs/0787_841244/3dgs_compressed.ply
    video_orientation_fix: none
robot_composite:
  enabled: false
gemini_polish:
  enabled: false
enrich:
  disable_guardrails: true
  guidance: 5
  dynamic_variants: false
  allow_dynamic_variant_fallback: false
  vlm_quality_gate_enabled: false
eval_policy:
  headline_scope: wm_only
action_boost:
  enabled: false
cloud:
  max_cost_usd: 0
  auto_shutdown: false
`;

type Place = (...parts: string[]) => string;

/** What every session on a machine with such a checkout has. */
export const checkoutVariables = (at: Place): Record<string, string> => ({
  PATH: `${at('bin')}:/usr/local/bin:/usr/bin:/bin`,
  PYTHONPATH: at('site-packages'),
  HOME: at('home'),
  ABSOLUTE: at('bin'),
});

/**
 * A checkout of the pipeline that behaves as the real one, without a GPU, in the folder of a machine:
 * `blueprint-validate`, installers that change the `site-packages`, scripts, a test.
 */
export function fillCheckout(at: Place) {
  const checkout = at('checkout');
  const put = (path: string, text: string): void => {
    const full = join(checkout, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  };
  const program = (name: string, text: string): void => {
    writeFileSync(at('bin', name), text);
    chmodSync(at('bin', name), 0o755);
  };
  const site = (path: string, text: string): void => {
    const full = at('site-packages', path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  };
  for (const folder of ['bin', 'home', 'models']) mkdirSync(at(folder), { recursive: true });
  symlinkSync('/usr/bin/python3', at('bin', 'python'));
  copyFileSync(join(parts, 'blueprint-validate.py'), at('bin', 'blueprint-validate'));
  chmodSync(at('bin', 'blueprint-validate'), 0o755);
  site('standin_site.py', readFileSync(join(parts, 'pip.py'), 'utf8'));
  site('pip/__init__.py', '');
  site('pip/__main__.py', readFileSync(join(parts, 'pip.py'), 'utf8'));
  // A console script, as pip writes them.
  program('pip', `#!${at('bin', 'python')}\nimport sys\nfrom pip.__main__ import main\nmain(sys.argv[1:])\n`);
  program(
    'uv',
    `#!/bin/sh\n[ -n "$UV_NO_SYNC$UV_OFFLINE" ] || python -c 'from standin_site import upgrade_torch; upgrade_torch()'\n[ "$1" = run ] && shift && exec python -m "$@"\n`,
  );
  program('apt-get', `#!/bin/sh\npython -c 'from standin_site import add, SITE; add(SITE, "apport", "2.20")'\n`);
  site(
    'pytest/__main__.py',
    'import glob, runpy\nfor path in sorted(glob.glob("tests/test_*.py")):\n    runpy.run_path(path)\nprint("passed")\n',
  );
  site('pytest/__init__.py', '');
  put('configs/kitchen.yaml', config);
  put('tests/test_ok.py', 'assert 1 + 1 == 2\n');
  put('scripts/prepare.sh', '#!/bin/bash\nset -eu\necho "prepared in $PWD with ${ROOT_DIR:-nothing}"\n');
  put('scripts/runtime_env.local', `export HF_TOKEN="${planted}"\n`);
  return {
    checkout,
    put,
    program,
    config: 'configs/kitchen.yaml',
    configText: config,
    /** What the stand-in does from now on. */
    plan: (value: Record<string, unknown>): void => put('stand-in.json', JSON.stringify(value)),
    torch: (): string => readFileSync(at('site-packages', 'torch', '__init__.py'), 'utf8').trim(),
  };
}

/** Gives a checkout and its room what a run asks for: a GPU, tokens, and modules that are there. */
export function makeReady(it: Pick<ReturnType<typeof fillCheckout>, 'put' | 'program'>, workspace: string): void {
  it.program(
    'nvidia-smi',
    '#!/bin/sh\ncase "$*" in *utilization*) echo 97 ;; *driver*) echo "H100, 550.1, 81559, 81000" ;; *gpu=name*) echo "H100, 81559, 81000" ;; esac\n',
  );
  it.put('scripts/runtime_env.local', `export HF_TOKEN="${planted}"\nGOOGLE_GENAI_API_KEY=${planted}\n`);
  const own = join(workspace, 'configs', 'machine-checks.yaml');
  mkdirSync(dirname(own), { recursive: true });
  const shipped = readFileSync(join(projectFolder, 'configs', 'machine-checks.yaml'), 'utf8');
  writeFileSync(
    own,
    shipped
      .replace(/^probes:.*$/m, 'probes: [transformer_engine.pytorch]')
      .replace(/^imports:.*$/m, 'imports: [torch, natsort]'),
  );
}
