import { PlayerError, type PlayerFault } from './types.ts';

/** Turns whatever was thrown into a fault that can cross the worker's boundary. */
export function toFault(thrown: unknown): PlayerFault {
  if (thrown instanceof PlayerError) return thrown.toFault();
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: 'decoder_failed',
    message: `The player stopped unexpectedly: ${detail}`,
    hint: 'Read the clip again. The file was not touched.',
  };
}
