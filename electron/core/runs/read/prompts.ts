import type { Prompt } from '#shared/model/run.ts';
import { objectOf, objectsOf, isLoose, textOf, textsOf, type Loose } from '#shared/rules/loose.ts';
import { guessPromptOrigin, type NamedPrompt, type PromptOriginGuess } from '#shared/rules/prompt-origin.ts';
import type { ClipDraft } from './clip-draft.ts';
import type { ConfigVariants } from './config-variants.ts';
import type { FacilityData } from './facility-data.ts';

/** Gives every clip with a prompt its inferred origin, and lists the prompts once each. */
export function fillPrompts(
  clips: readonly ClipDraft[],
  data: FacilityData,
  config: ConfigVariants | null,
  logSaysBuiltin: boolean,
): Prompt[] {
  const cached = cachedVariants(data.manifests.warmup);
  const named = clips.filter(
    (clip) => (clip.role === 'enriched' || clip.role === 'control_sidecar') && clip.prompt !== null,
  );
  const runVariantNames = [
    ...new Set([
      ...textsOf(data.manifests.enriched, 'variant_names'),
      ...named.flatMap((clip) => clip.variantName ?? []),
    ]),
  ];
  const prompts = new Map<string, { prompt: Prompt; clipNames: Set<string> }>();
  const guesses = new Map<string, PromptOriginGuess>();
  for (const clip of named) {
    const variantName = clip.variantName ?? '';
    const key = JSON.stringify([variantName, clip.prompt]);
    let guess = guesses.get(key);
    if (guess === undefined) {
      guess =
        variantName === ''
          ? { origin: 'unknown', why: 'Nothing says which variant this is.' }
          : guessPromptOrigin({ variantName, prompt: clip.prompt, runVariantNames, cached, config, logSaysBuiltin });
      guesses.set(key, guess);
    }
    clip.promptOrigin = guess.origin;
    clip.promptOriginWhy = guess.why;
    const item = prompts.get(key) ?? {
      prompt: { variantName, prompt: clip.prompt!, origin: guess.origin, originWhy: guess.why, clipNames: [] },
      clipNames: new Set<string>(),
    };
    if (clip.clipName !== null) item.clipNames.add(clip.clipName);
    prompts.set(key, item);
  }
  return [...prompts.values()].map((item) => ({ ...item.prompt, clipNames: [...item.clipNames].toSorted() }));
}

/** The cache is a list of variants, or holds one under `variants`, or maps names to prompts; revisions differ. */
function cachedVariants(warmup: Loose | null): NamedPrompt[] | null {
  if (warmup === null) return null;
  const listed = [...objectsOf(warmup, 'variants'), ...objectsOf(warmup, 'dynamic_variants')];
  if (listed.length > 0) return listed.flatMap(namedPrompt);
  const map = objectOf(warmup, 'variants') ?? warmup;
  return Object.entries(map).flatMap(([name, value]) =>
    typeof value === 'string'
      ? [{ name, prompt: value }]
      : isLoose(value)
        ? [{ name, prompt: textOf(value, 'prompt') }]
        : [],
  );
}

export function namedPrompt(value: Loose): NamedPrompt[] {
  const name = textOf(value, 'name') ?? textOf(value, 'variant_name');
  return name === null ? [] : [{ name, prompt: textOf(value, 'prompt') }];
}
