import type { EncodedPacket } from 'mediabunny';
import { codecOfName } from './codec.ts';
import type { CodecVerdict } from './codec.ts';
import { frameTableOf, ProbeFault } from './probe-result.ts';
import type { FrameTable } from './probe-result.ts';

export type PacketListing = {
  readonly codec: CodecVerdict;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rotationDegrees: 0 | 90 | 180 | 270;
  readonly isWebm: boolean;
  readonly frames: FrameTable;
};

/**
 * Lists the packets with mediabunny, for files whose frames are not in one table: WebM, Matroska and fragmented MP4.
 * Reads the whole file's structure (not its pictures). Throws `ProbeFault` for bad data; `aborted` for a fired signal.
 */
export async function listPackets(path: string, signal: AbortSignal | undefined): Promise<PacketListing> {
  // Loaded on first need: most clips never get here.
  const { EncodedPacketSink, FilePathSource, Input, Logging, LogLevel, MATROSKA, MP4, QTFF, WEBM } =
    await import('mediabunny');
  // It warns on the console about codecs it can't decode; the verdict on the codec says that already.
  Logging.level = LogLevel.Errors;
  const input = new Input({
    source: new FilePathSource(path, { maxCacheSize: 4 * 1024 * 1024 }),
    formats: [WEBM, MATROSKA, MP4, QTFF],
  });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (track === null) throw new ProbeFault('no_video_track', 'The file has no video track.');
    const frames: { seconds: number; isKey: boolean; isOnDisk: boolean }[] = [];
    let last: EncodedPacket | null = null;
    for await (const packet of new EncodedPacketSink(track).packets(undefined, undefined, { metadataOnly: true })) {
      signal?.throwIfAborted();
      frames.push({ seconds: packet.timestamp, isKey: packet.type === 'key', isOnDisk: true });
      if (last === null || packet.timestamp > last.timestamp) last = packet;
    }
    const format = await input.getFormat();
    return {
      codec: codecOfName(await track.getCodec(), await track.getCodecParameterString()),
      widthPx: await track.getCodedWidth(),
      heightPx: await track.getCodedHeight(),
      rotationDegrees: await track.getRotation(),
      isWebm: format === WEBM,
      frames: frameTableOf(frames, last === null || last.duration <= 0 ? null : last.duration),
    };
  } catch (error) {
    if (error instanceof ProbeFault || signal?.aborted === true) throw error;
    throw new ProbeFault(
      'damaged',
      `The file's structure can not be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  } finally {
    input.dispose();
  }
}
