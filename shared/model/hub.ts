import { z } from 'zod';

/** Whether a file behind a licence can be had: proved by one byte of it. */
export const hubAnswerSchema = z.object({
  repository: z.string(),
  file: z.string(),
  state: z.enum(['accessible', 'licence_not_accepted', 'no_token', 'missing', 'could_not_tell']),
  because: z.string(),
  /** Stages that need it. */
  stages: z.array(z.string()),
});
export type HubAnswer = z.infer<typeof hubAnswerSchema>;

/** What to do about an answer that is not good; null when there is nothing to do. */
export function hubRemedy({ repository, state }: HubAnswer): string | null {
  switch (state) {
    case 'accessible':
      return null;
    case 'licence_not_accepted':
      return `Accept its licence on the page of ${repository}, with the account of the token.`;
    case 'no_token':
      return 'Set HF_TOKEN (secrets.set on this computer, scripts/runtime_env.local on the machine).';
    case 'missing':
      return 'Correct the file or its revision in configs/machine-checks.yaml.';
    case 'could_not_tell':
      return 'Check the network, then check again.';
  }
}
