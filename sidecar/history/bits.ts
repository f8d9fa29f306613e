/** Longest run of bits that is written or read in one go. */
const AT_ONCE = 24;

/** Bits that one look at four bytes shows, wherever in the first of them it begins. */
const WINDOW_BITS = 25;

/** Writes whole numbers bit after bit, the highest bit first. */
export class BitWriter {
  #bytes = new Uint8Array(256);
  #length = 0;
  #open = 0;
  #openBits = 0;

  /** Writes the lowest `bits` of a number from 0 on; at most 53. */
  write(value: number, bits: number): void {
    if (bits > AT_ONCE) {
      const low = 2 ** AT_ONCE;
      this.write(Math.floor(value / low), bits - AT_ONCE);
      this.write(value % low, AT_ONCE);
      return;
    }
    // At most 7 bits are open, so that all of this fits into 31.
    this.#open = (this.#open << bits) | value;
    this.#openBits += bits;
    while (this.#openBits >= 8) {
      this.#openBits -= 8;
      this.#push(this.#open >>> this.#openBits);
      this.#open &= (1 << this.#openBits) - 1;
    }
  }

  /** Writes a number from 0 on as exponential Golomb code of order `k`. */
  writeGolomb(value: number, k: number): void {
    const head = Math.floor(value / 2 ** k) + 1;
    const length = bitLength(head);
    this.write(0, length - 1);
    this.write(head, length);
    this.write(value % 2 ** k, k);
  }

  /** All that was written, the last byte filled up with zeros. */
  finish(): Uint8Array<ArrayBuffer> {
    if (this.#openBits > 0) this.write(0, 8 - this.#openBits);
    return this.#bytes.slice(0, this.#length);
  }

  #push(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = byte;
  }
}

/** Reads what a BitWriter wrote. */
export class BitReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  /** @param at where to begin, in bytes */
  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#end = bytes.length * 8;
    this.#at = at * 8;
  }

  /** @throws RangeError past the end */
  read(bits: number): number {
    if (bits > AT_ONCE) {
      const high = this.read(bits - AT_ONCE);
      return high * 2 ** AT_ONCE + this.read(AT_ONCE);
    }
    if (bits === 0) return 0;
    const value = this.#window() >>> (32 - bits);
    this.#advance(bits);
    return value;
  }

  /** @throws RangeError past the end, or at what is no such code */
  readGolomb(k: number): number {
    const window = this.#window();
    const short = Math.clz32(window);
    const length = 2 * short + 1 + k;
    if (length <= WINDOW_BITS) {
      this.#advance(length);
      const head = (window << short) >>> (31 - short);
      const low = k === 0 ? 0 : (window << (2 * short + 1)) >>> (32 - k);
      return (head - 1) * 2 ** k + low;
    }
    return this.#readLongGolomb(k);
  }

  #readLongGolomb(k: number): number {
    let zeros = 0;
    for (;;) {
      const leading = Math.min(Math.clz32(this.#window()), AT_ONCE);
      zeros += leading;
      this.#advance(leading);
      if (leading < AT_ONCE) break;
      if (zeros > 53) throw new RangeError("No number has so many bits");
    }
    const head = this.read(zeros + 1);
    return (head - 1) * 2 ** k + this.read(k);
  }

  /** The next 25 bits or more, from the highest of 32 on. */
  #window(): number {
    const at = this.#at >>> 3;
    const bytes = this.#bytes;
    const word = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) |
      ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    return (word << (this.#at & 7)) >>> 0;
  }

  #advance(bits: number): void {
    this.#at += bits;
    if (this.#at > this.#end) throw new RangeError("The figures are cut short");
  }
}

/** Digits of a whole number from 1 to 2^53 in binary. */
export function bitLength(value: number): number {
  return value < 2 ** 32 ? 32 - Math.clz32(value) : 64 - Math.clz32(Math.floor(value / 2 ** 32));
}
