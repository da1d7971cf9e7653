import type { PromptOrigin } from '../model/clip.ts';

/** Variants the pipeline falls back to since 3981b87. */
export const builtinVariantNames: ReadonlySet<string> = new Set([
  'daylight_clean',
  'warm_indoor_lighting',
  'evening_dim',
  'overcast_soft_light',
  'bright_task_lighting',
]);

/** The older fallback, written for warehouses: it turned a kitchen into one. */
export const builtinIndustrialVariantNames: ReadonlySet<string> = new Set([
  'daylight_empty',
  'daylight_occupied',
  'evening_dim',
  'wet_floor',
  'cluttered',
]);

export type NamedPrompt = { readonly name: string; readonly prompt: string | null };

export type PromptOriginFacts = {
  readonly variantName: string;
  readonly prompt: string | null;
  /** All variant names of the run: they tell the two built-in lists apart. */
  readonly runVariantNames: readonly string[];
  /** Variants of `warmup_cache/dynamic_variants.json`; null when there is no such file. */
  readonly cached: readonly NamedPrompt[] | null;
  /** Variants of the configuration; null when no configuration lies with the run. */
  readonly config: { readonly file: string; readonly variants: readonly NamedPrompt[] } | null;
  /** True when the log says that built-in variants were used. */
  readonly logSaysBuiltin: boolean;
};

export type PromptOriginGuess = { readonly origin: PromptOrigin; readonly why: string };

/**
 * Where a prompt came from. The pipeline does not record it, so it is inferred in the order in which the
 * pipeline looks: warm-up cache, variants of the configuration, prompt model, built-in list. A cached prompt
 * with a built-in name counts as built-in: the warm-up writes the fallback into its cache.
 */
export function guessPromptOrigin(facts: PromptOriginFacts): PromptOriginGuess {
  const { variantName } = facts;
  const inConfig = facts.config?.variants.find(
    (variant) => variant.name === variantName && agrees(variant, facts.prompt),
  );
  const inCache = facts.cached?.find((variant) => variant.name === variantName && agrees(variant, facts.prompt));
  const builtin = builtinOriginOf(variantName, facts.runVariantNames);
  if (inCache !== undefined && builtin === null) {
    return {
      origin: 'warmup_cache',
      why: `${variantName} is in warmup_cache/dynamic_variants.json, which goes before everything else.`,
    };
  }
  if (inConfig !== undefined) return { origin: 'config', why: `${variantName} is a variant of ${facts.config!.file}.` };
  if (builtin !== null) {
    const list = builtin === 'builtin' ? 'built-in list' : 'older built-in list for industrial scenes';
    const how =
      inCache !== undefined
        ? ', by way of the warm-up cache'
        : facts.logSaysBuiltin
          ? '; the log says that built-in variants were used'
          : '';
    return { origin: builtin, why: `${variantName} is a name of the pipeline's ${list}${how}.` };
  }
  if (facts.logSaysBuiltin) {
    return { origin: 'builtin', why: 'The log says that built-in variants were used.' };
  }
  if (facts.config !== null) {
    return {
      origin: 'model_written',
      why: `${variantName} is neither built-in nor cached nor a variant of ${facts.config.file}: the prompt model wrote it.`,
    };
  }
  return {
    origin: 'unknown',
    why: `${variantName} is neither built-in nor cached. No configuration lies with the run, so it is from there or from the prompt model.`,
  };
}

function agrees(variant: NamedPrompt, prompt: string | null): boolean {
  return variant.prompt === null || prompt === null || variant.prompt.trim() === prompt.trim();
}

function builtinOriginOf(name: string, runVariantNames: readonly string[]): 'builtin' | 'builtin_industrial' | null {
  const isModern = builtinVariantNames.has(name);
  const isIndustrial = builtinIndustrialVariantNames.has(name);
  if (isModern && isIndustrial) {
    const hasOnlyIndustrial = runVariantNames.some(
      (other) => builtinIndustrialVariantNames.has(other) && !builtinVariantNames.has(other),
    );
    return hasOnlyIndustrial ? 'builtin_industrial' : 'builtin';
  }
  return isModern ? 'builtin' : isIndustrial ? 'builtin_industrial' : null;
}
