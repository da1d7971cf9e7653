import { codecRefused } from './demux.ts';
import { PlayerError } from './types.ts';

/**
 * The decoder's configuration with software decoding preferred: the same pixels on every machine, no
 * pool of a few hardware frames to stall on. Throws PlayerError: codec_refused, no_webcodecs.
 */
export async function chooseConfig(
  config: VideoDecoderConfig,
): Promise<{ config: VideoDecoderConfig; acceleration: 'prefer-software' | 'no-preference' }> {
  if (typeof VideoDecoder === 'undefined') {
    throw new PlayerError({
      code: 'no_webcodecs',
      message: 'This browser has no video decoder for pages (WebCodecs).',
      hint: 'Use the desktop room, or a current Chrome or Edge, at a 127.0.0.1 address.',
    });
  }
  for (const acceleration of ['prefer-software', 'no-preference'] as const) {
    const wanted: VideoDecoderConfig = { ...config, hardwareAcceleration: acceleration };
    try {
      const answer = await VideoDecoder.isConfigSupported(wanted);
      if (answer.supported === true) return { config: wanted, acceleration };
    } catch {
      // A configuration that is not even well-formed counts as refused.
    }
  }
  throw codecRefused(config.codec);
}
