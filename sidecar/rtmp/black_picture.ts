import { BitWriter } from "./bit_writer.ts";

/** The picture: small enough for any platform, at the frame rate that most streams have. */
export const PICTURE = { width: 640, height: 360, fps: 30, keyframeSeconds: 2 } as const;

/** Constrained Baseline, level 3.1, 640×360 (cropped from 368), frame_num of 4 bits, POC type 2. */
const SPS = Uint8Array.fromHex("6742c01fda0280bfe584000003000400000300f23c58ba80");

/** CAVLC, one slice group, deblocking control present. */
const PPS = Uint8Array.fromHex("68ce3c80");

const COLUMNS = Math.ceil(PICTURE.width / 16);
const MACROBLOCKS = COLUMNS * Math.ceil(PICTURE.height / 16);

/** First bytes of the slices: NAL types 5 and 1, both kept as reference. */
const NAL = { idr: 0x65, predicted: 0x41, filler: 12 } as const;

/** Black in limited range. */
const BLACK = { luma: 16, chroma: 128 } as const;

/** Bytes of an FLV video tag before the NAL units, and of the length before each of these. */
const TAG_BYTES = 5;
const LENGTH_BYTES = 4;

/** Bytes that a filler unit has at least: its type, its stop bit, its length. */
const MIN_FILLER = LENGTH_BYTES + 2;

/** FLV video tag with the AVC decoder configuration record (ISO/IEC 14496-15, 5.2.4.1). */
export function avcSequenceHeader(): Uint8Array {
  return Uint8Array.of(
    ...[0x17, 0, 0, 0, 0],
    ...[1, ...SPS.subarray(1, 4), 0xff, 0xe1, 0, SPS.length, ...SPS],
    ...[1, 0, PPS.length, ...PPS],
  );
}

/**
 * A black picture that never changes, in H.264 made without an encoder (ITU-T H.264, 7.3): a
 * keyframe whose first macroblock is raw black and whose others repeat it, then frames that skip
 * every macroblock. Filler units, which decoders throw away, bring each frame to any size.
 */
export class BlackPicture {
  readonly #slices = new Map<string, Uint8Array>();
  #buffer = new Uint8Array(64 * 1024);

  /**
   * Frame number `index` as an FLV video tag of `bytes` bytes, or of as many as it needs at least.
   * @returns a view into a buffer that the next call uses again
   */
  frame(index: number, { bytes }: { bytes: number }): Uint8Array {
    const every = PICTURE.fps * PICTURE.keyframeSeconds;
    const key = index % every === 0;
    const slice = this.#slice(index % every, Math.floor(index / every) % 2);
    const plain = TAG_BYTES + LENGTH_BYTES + slice.length;
    const filler = bytes - plain < MIN_FILLER ? 0 : bytes - plain;
    if (this.#buffer.length < plain + filler) this.#buffer = new Uint8Array(2 * (plain + filler));
    const view = new DataView(this.#buffer.buffer);
    this.#buffer.set([key ? 0x17 : 0x27, 1, 0, 0, 0]);
    view.setUint32(TAG_BYTES, slice.length);
    this.#buffer.set(slice, TAG_BYTES + LENGTH_BYTES);
    if (filler > 0) {
      view.setUint32(plain, filler - LENGTH_BYTES);
      this.#buffer[plain + LENGTH_BYTES] = NAL.filler;
      this.#buffer.fill(0xff, plain + LENGTH_BYTES + 1, plain + filler - 1);
      this.#buffer[plain + filler - 1] = 0x80;
    }
    return this.#buffer.subarray(0, plain + filler);
  }

  #slice(place: number, parity: number): Uint8Array {
    // frame_num has 4 bits and idr_pic_id alternates: 18 different slices.
    const name = place === 0 ? `idr ${parity}` : `${place % 16}`;
    let slice = this.#slices.get(name);
    if (slice === undefined) {
      slice = place === 0 ? idrSlice(parity) : predictedSlice(place % 16);
      this.#slices.set(name, slice);
    }
    return slice;
  }
}

/** A keyframe's slice. Two in a row must differ in `idrPicId`. */
function idrSlice(idrPicId: number): Uint8Array {
  // first_mb_in_slice, slice_type I, PPS, frame_num, idr_pic_id, dec_ref_pic_marking,
  // slice_qp_delta, no deblocking.
  const bits = new BitWriter().ue(0).ue(7).ue(0).bits(0, 4).ue(idrPicId).bits(0, 2).ue(0).ue(1);
  bits.ue(25).align();
  for (let sample = 0; sample < 256; sample++) bits.bits(BLACK.luma, 8);
  for (let sample = 0; sample < 128; sample++) bits.bits(BLACK.chroma, 8);
  for (let index = 1; index < MACROBLOCKS; index++) {
    // I_16x16 with DC prediction, chroma DC, mb_qp_delta 0; then no coefficients, whose code is
    // longer beside the raw macroblock, which counts as full of them.
    bits.ue(3).ue(0).ue(0);
    if (index === 1 || index === COLUMNS) bits.bits(0b000011, 6);
    else bits.bits(1, 1);
  }
  return nalUnit(NAL.idr, bits.end());
}

/** A frame that repeats the one before it. */
function predictedSlice(frameNum: number): Uint8Array {
  // As above, with slice_type P, no reference list changes and one run of skipped macroblocks.
  const bits = new BitWriter().ue(0).ue(5).ue(0).bits(frameNum, 4).bits(0, 3).ue(0).ue(1);
  return nalUnit(NAL.predicted, bits.ue(MACROBLOCKS).end());
}

/** Puts emulation prevention bytes in (ITU-T H.264, 7.4.1). */
function nalUnit(header: number, payload: Uint8Array): Uint8Array {
  const bytes = [header];
  let zeros = 0;
  for (const byte of payload) {
    if (zeros === 2 && byte <= 3) {
      bytes.push(3);
      zeros = 0;
    }
    bytes.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Uint8Array.from(bytes);
}
