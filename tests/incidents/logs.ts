const at = '2026-03-01 21:11:45,007 [ERROR] blueprint_validation.stages.base: ';

/** One log line (or a few) for each failure of the past, as its program writes it. */
export const failures: readonly { readonly id: string; readonly lines: readonly string[] }[] = [
  {
    id: '1',
    lines: [
      'ImportError: /usr/lib/transformer_engine_torch.so: undefined symbol: _ZN3c104cuda29c10_cuda_check_implementationEiPKc',
    ],
  },
  { id: '2', lines: ['Uninstalled 4 packages in 812ms'] },
  { id: '3', lines: ['[FAIL] secret scan', 'scripts/runtime_env.local:2: token'] },
  {
    id: '4',
    lines: [
      '2026-03-01 22:00:00,101 [ERROR] blueprint_validation.pipeline: Cloud budget guard triggered: Estimated spend $12.40 exceeded cloud.max_cost_usd=$0.00.',
    ],
  },
  {
    id: '5',
    lines: [
      `${at}Stage s2_enrich failed after 100.5s: Cosmos inference failed (returncode=1). stdout_tail='' stderr_tail="…No module named 'natsort'\\n"`,
    ],
  },
  {
    id: '6',
    lines: [
      '2026/02/28 10:00:00 Failed to create file system for "b2ephem:bucket/x": didn\'t find section in config file',
    ],
  },
  {
    id: '7',
    lines: [
      `${at}GatedRepoError: 403 Client Error. Access to model nvidia/Cosmos-Guardrail1 is restricted and you are not in the authorized list.`,
    ],
  },
  {
    id: '8',
    lines: [
      'Cannot access gated repo for url https://huggingface.co/nvidia/Cosmos-Predict2.5-2B/resolve/main/tokenizer.pth.',
      'Your request to access is awaiting a review from the repo authors.',
    ],
  },
  { id: '9', lines: ['scripts/vast_checkpoint_sync.sh: line 100: vastai: command not found'] },
  {
    id: '10',
    lines: [
      '2026-03-01 21:20:00,000 [WARNING] blueprint_validation.enrichment: Dynamic variant generation failed; using builtin variants',
    ],
  },
  {
    id: '11',
    lines: [
      '2026-03-01 21:20:00,000 [WARNING] blueprint_validation.stages.s2: Orientation fix rotate180 failed for clip_000, skipped',
    ],
  },
  {
    id: '12',
    lines: [
      '2026-03-01 21:20:00,000 [INFO] blueprint_validation.stages.base: Stage s1c_gemini_polish completed in 61.2s with status: success',
    ],
  },
  {
    id: '13',
    lines: [
      '2026-03-01 21:20:00,000 [WARNING] blueprint_validation.pipeline: Executing auto-shutdown command: echo stopping',
    ],
  },
  {
    id: 'A',
    lines: [
      'ssh: connect to host ssh2.vast.ai port 22930: Connection refused',
      'rsync error: unexplained error (code 255) at io.c(232)',
      '[ok] /models/outputs',
    ],
  },
  { id: 'B', lines: ['deleting kitchen_0787/renders/clip_000_orbit.mp4'] },
  {
    id: 'C',
    lines: ['ssh: connect to host ssh2.vast.ai port 22930: Connection timed out', 'Instance stopped: 32182930'],
  },
  { id: 'D', lines: ['failed with error 404: no such instance'] },
  {
    id: 'E',
    lines: ['RuntimeError: PytorchStreamReader failed reading zip archive: failed finding central directory'],
  },
  { id: 'F', lines: ['rsync error: received SIGINT, SIGTERM, or SIGHUP (code 20) at io.c(713)'] },
];

/** Lines of a run in which nothing went wrong. */
export const quietLog = [
  '2026-03-01 21:08:42,001 [INFO] blueprint_validation.pipeline: === Processing facility: kitchen_0787 ===',
  '2026-03-01 21:10:04,512 [INFO] blueprint_validation.stages.base: Starting stage: s2_enrich — demo text',
  '2026-03-01 21:11:45,007 [INFO] blueprint_validation.stages.base: Stage s2_enrich completed in 100.5s with status: success',
  '2026-03-01 21:11:46,000 [DEBUG] urllib3.connectionpool: https://huggingface.co:443 "HEAD /nvidia/Cosmos-Predict2.5-2B/resolve/main/tokenizer.pth HTTP/1.1" 302 0',
  '2026-03-01 22:18:45,000 [INFO] blueprint_validation.pipeline: Pipeline complete. Summary at /models/outputs/pipeline_summary.json',
];
