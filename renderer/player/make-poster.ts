import { chooseConfig } from './decoder-config.ts';
import { openContainer } from './demux.ts';
import { groupOfSlot } from './frame-table.ts';
import { loadBytes } from './load-bytes.ts';
import type { PosterFrame } from './poster.ts';
import { PlayerError, type ClipMedia } from './types.ts';

export type MadePoster = {
  readonly bitmap: ImageBitmap;
  readonly frame: number;
  readonly frameCount: number;
  readonly widthPx: number;
  readonly heightPx: number;
};

/** Decodes one frame of a clip from its keyframe on and scales it down. Throws PlayerError. */
export async function makePoster(
  media: ClipMedia,
  at: PosterFrame,
  maxWidthPx: number,
  signal: AbortSignal,
): Promise<MadePoster> {
  const bytes = await loadBytes(media, () => {}, signal);
  const container = await openContainer(bytes);
  const { config } = await chooseConfig(container.config);
  const { table, packets, isKey } = container;
  const frameCount = table.ticks.length;
  const readable = table.packetOfSlot.flatMap((packet, slot) =>
    packet >= 0 && packets[packet] !== null ? [slot] : [],
  );
  const share = at === 'first' ? 0 : at === 'middle' ? 0.5 : Math.max(0, at);
  const wanted = readable[Math.min(readable.length - 1, Math.floor(share * readable.length))];
  if (wanted === undefined)
    throw new PlayerError({
      code: 'no_frames',
      message: 'No frame of this clip can be read.',
      hint: 'The file is cut off. Pull it again.',
    });

  const found: { frame: VideoFrame | null; failure: string | null } = { frame: null, failure: null };
  const decoder = new VideoDecoder({
    output: (frame) => {
      // The nearest decodable frame before the wanted one is a fair poster of a damaged clip.
      if (frame.timestamp > wanted || frame.timestamp < 0) frame.close();
      else {
        found.frame?.close();
        found.frame = frame;
      }
    },
    error: (error) => {
      found.failure = error.message;
    },
  });
  try {
    decoder.configure(config);
    const group = table.groups[groupOfSlot(table, wanted)]!;
    for (let packet = group.firstPacket; packet < group.endPacket; packet++) {
      const data = packets[packet];
      if (data === null || data === undefined || signal.aborted || found.failure !== null) break;
      decoder.decode(
        new EncodedVideoChunk({
          type: isKey[packet] === true || packet === group.firstPacket ? 'key' : 'delta',
          timestamp: table.slotOfPacket[packet]!,
          data,
        }),
      );
      if (packet > table.packetOfSlot[wanted]!) break;
    }
    await decoder.flush().catch(() => {});
    if (signal.aborted)
      throw new PlayerError({ code: 'cancelled', message: 'The poster is no longer wanted.', hint: '' });
    const frame = found.frame;
    if (frame === null) {
      throw new PlayerError({
        code: 'decoder_failed',
        message: `No picture could be decoded${found.failure === null ? '' : `: ${found.failure}`}.`,
        hint: 'The file is damaged. Pull it again.',
      });
    }
    const scale = Math.min(1, maxWidthPx / frame.displayWidth);
    const bitmap = await createImageBitmap(frame, {
      resizeWidth: Math.max(1, Math.round(frame.displayWidth * scale)),
      resizeHeight: Math.max(1, Math.round(frame.displayHeight * scale)),
      resizeQuality: 'medium',
    });
    return { bitmap, frame: frame.timestamp, frameCount, widthPx: frame.displayWidth, heightPx: frame.displayHeight };
  } finally {
    found.frame?.close();
    if (decoder.state !== 'closed') decoder.close();
  }
}
