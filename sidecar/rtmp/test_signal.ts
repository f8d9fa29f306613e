import { AmfEcmaArray } from "./amf0_value.ts";
import { avcSequenceHeader, BlackPicture, PICTURE } from "./black_picture.ts";
import { encodeAmf0 } from "./encode_amf0.ts";
import { CHUNK_STREAM, MESSAGE, type RtmpMessage } from "./message.ts";
import { SILENCE } from "./silence.ts";

/** Time between two frames of the picture. */
export const FRAME_MS = 1000 / PICTURE.fps;

/** Bytes that a message's first chunk header takes on a chunk stream below 64. */
const HEADER_BYTES = 12;

/** Black picture and silence as RTMP messages, each frame as large as wanted. */
export class TestSignal {
  readonly #stream: number;
  readonly #chunkSize: number;
  readonly #picture = new BlackPicture();
  #frames = 0;
  #audioFrames = 0;

  /** @param options.stream message stream, from `createStream` */
  constructor({ stream, chunkSize }: { stream: number; chunkSize: number }) {
    this.#stream = stream;
    this.#chunkSize = chunkSize;
  }

  /** Pictures so far. */
  get frames(): number {
    return this.#frames;
  }

  /** What comes before the first frame: the description and both decoders' configurations. */
  headers(kbps: number): RtmpMessage[] {
    return [
      this.#message(MESSAGE.dataAmf0, 0, describe(kbps)),
      this.#message(MESSAGE.video, 0, avcSequenceHeader()),
      this.#message(MESSAGE.audio, 0, SILENCE.sequenceHeader),
    ];
  }

  /**
   * The next picture and the sound up to it: together `bytes` on the wire, give or take a chunk
   * header, or as few as the picture needs. The payload is valid until the next call.
   */
  next(bytes: number): RtmpMessage[] {
    const timestampMs = Math.round(this.#frames * FRAME_MS);
    const messages: RtmpMessage[] = [];
    for (; this.#audioMs() <= timestampMs; this.#audioFrames++) {
      messages.push(this.#message(MESSAGE.audio, this.#audioMs(), SILENCE.frame));
    }
    const sound = messages.length * (HEADER_BYTES + SILENCE.frame.length);
    const rest = Math.floor(bytes) - sound - HEADER_BYTES;
    const payload = this.#picture.frame(this.#frames++, {
      bytes: rest - Math.floor(rest / (this.#chunkSize + 1)),
    });
    messages.push(this.#message(MESSAGE.video, timestampMs, payload));
    return messages;
  }

  #audioMs(): number {
    return Math.round(this.#audioFrames * SILENCE.frameSamples * 1000 / SILENCE.sampleRate);
  }

  #message(type: number, timestampMs: number, payload: Uint8Array): RtmpMessage {
    return { chunkStream: CHUNK_STREAM.media, type, stream: this.#stream, timestampMs, payload };
  }
}

/** `onMetaData` as encoders send it (Adobe, "Video File Format Specification", annex E.5). */
function describe(kbps: number): Uint8Array {
  const fields = {
    width: PICTURE.width,
    height: PICTURE.height,
    framerate: PICTURE.fps,
    videodatarate: kbps,
    videocodecid: 7,
    audiodatarate: 4,
    audiosamplerate: SILENCE.sampleRate,
    audiosamplesize: 16,
    stereo: true,
    audiocodecid: 10,
    encoder: "OBS Telemetry Bridge",
  };
  return encodeAmf0(["@setDataFrame", "onMetaData", new AmfEcmaArray(fields)]);
}
