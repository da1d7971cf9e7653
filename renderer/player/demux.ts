import { BufferSource, EncodedPacketSink, Input, MATROSKA, MP4, QTFF, WEBM, type EncodedPacket } from 'mediabunny';
import { buildFrameTable, type FrameTable } from './frame-table.ts';
import { PlayerError } from './types.ts';

/** The one place that knows the container library: a file's packets, its frame table and its decoder's configuration. */
export type OpenContainer = {
  readonly table: FrameTable;
  readonly config: VideoDecoderConfig;
  readonly codec: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rotationDegrees: number;
  readonly isFlipped: boolean;
  /** Packets in decode order; null where the table lists one whose bytes are not in the file. */
  readonly packets: readonly (Uint8Array | null)[];
  readonly isKey: readonly boolean[];
};

/** Reads the packet table of a clip. Throws PlayerError: not_a_video, codec_refused, no_frames. */
export async function openContainer(bytes: Uint8Array<ArrayBuffer>): Promise<OpenContainer> {
  if (bytes.byteLength === 0) throw notAVideo('The file is empty.');
  const input = new Input({ source: new BufferSource(bytes), formats: [MP4, QTFF, MATROSKA, WEBM] });
  try {
    const track = await readTrack(input);
    const config = await track.getDecoderConfig();
    const codec = config?.codec ?? String((await track.getInternalCodecId()) ?? 'unknown');
    if (config === null) throw codecRefused(codec);

    const sink = new EncodedPacketSink(track);
    const listed: EncodedPacket[] = [];
    for await (const packet of sink.packets(undefined, undefined, { metadataOnly: true })) listed.push(packet);
    if (listed.length === 0)
      throw new PlayerError({
        code: 'no_frames',
        message: 'The file has a video track without a single frame.',
        hint: 'The run may still be writing it; look again when the stage has ended.',
      });
    const ticksPerSecond = await track.getTimeResolution();
    const read = await readPackets(sink, listed);

    const facts = listed.map((packet, index) => ({
      ticks: Math.round(packet.timestamp * ticksPerSecond),
      durationTicks: Math.round(packet.duration * ticksPerSecond),
      // The table's flag can be false; the bytes know better.
      isKey: read.isKey[index] ?? packet.type === 'key',
      byteLength: packet.byteLength,
    }));
    return {
      table: buildFrameTable(facts, ticksPerSecond),
      config,
      codec,
      widthPx: await track.getCodedWidth(),
      heightPx: await track.getCodedHeight(),
      rotationDegrees: await track.getRotation(),
      isFlipped: await track.getFlip(),
      packets: read.data,
      isKey: facts.map((fact) => fact.isKey),
    };
  } finally {
    input.dispose();
  }
}

async function readTrack(input: Input) {
  try {
    const track = await input.getPrimaryVideoTrack();
    if (track !== null) return track;
  } catch (thrown) {
    throw notAVideo(thrown instanceof Error ? thrown.message : String(thrown));
  }
  throw new PlayerError({
    code: 'not_a_video',
    message: 'The file has no video track.',
    hint: 'Choose a clip with pictures.',
  });
}

async function readPackets(
  sink: EncodedPacketSink,
  listed: readonly EncodedPacket[],
): Promise<{ data: (Uint8Array | null)[]; isKey: (boolean | null)[] }> {
  const data: (Uint8Array | null)[] = new Array<Uint8Array | null>(listed.length).fill(null);
  const isKey: (boolean | null)[] = new Array<boolean | null>(listed.length).fill(null);
  const indexOf = new Map(listed.map((packet, index) => [packet.sequenceNumber, index]));
  try {
    // A file that was cut off ends this walk early or with an error; what was listed and not read is missing.
    for await (const packet of sink.packets(undefined, undefined, { verifyKeyPackets: true })) {
      const index = indexOf.get(packet.sequenceNumber);
      if (index === undefined || packet.data.byteLength !== listed[index]!.byteLength) continue;
      data[index] = packet.data;
      isKey[index] = packet.type === 'key';
    }
  } catch {
    // Nothing to add: the holes in `data` are the finding.
  }
  return { data, isKey };
}

function notAVideo(detail: string): PlayerError {
  return new PlayerError({
    code: 'not_a_video',
    message: `This is not a video file that can be read here: ${detail.replace(/\.?$/, '.')}`,
    hint: 'The file may be cut off before its index, or still being written. Pull it again, or look at the stage that made it.',
  });
}

/** The fault for a codec that this browser does not decode. */
export function codecRefused(codec: string): PlayerError {
  const name = codec.startsWith('mp4v') ? `${codec} (MPEG-4 Part 2)` : codec;
  return new PlayerError({
    code: 'codec_refused',
    message: `The codec ${name} can’t be decoded here.`,
    hint: 'Convert it to H.264. For a clip of a run the room makes a copy with ffmpeg and leaves the original untouched.',
  });
}
