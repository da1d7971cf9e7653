import { EncodedPacketSink, FilePathSource, Input, Logging, LogLevel, MATROSKA, MP4, QTFF, WEBM } from 'mediabunny';
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
 * Lists the packets with mediabunny. A damaged file can keep it busy for ever, so the room calls `listPackets`, which
 * runs this in a thread of its own. Throws `ProbeFault` for bad data.
 */
export async function readPackets(path: string): Promise<PacketListing> {
  // It prints on the console about damage and codecs it can't decode; the verdict on the codec says that already.
  Logging.level = LogLevel.Silent;
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
    if (error instanceof ProbeFault) throw error;
    throw new ProbeFault(
      'damaged',
      `The file's structure can not be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  } finally {
    input.dispose();
  }
}
