/** Writes a bit stream, most significant bit first, with H.264's codes (ITU-T H.264, 9.1). */
export class BitWriter {
  readonly #bytes: number[] = [];
  #used = 0;

  /** The lowest `count` bits of `value`; `count` is at most 31. */
  bits(value: number, count: number): this {
    for (let bit = count - 1; bit >= 0; bit--) {
      if (this.#used === 0) this.#bytes.push(0);
      const last = this.#bytes.length - 1;
      const byte = this.#bytes[last] ?? 0;
      this.#bytes[last] = byte | (value >> bit & 1) << (7 - this.#used);
      this.#used = (this.#used + 1) % 8;
    }
    return this;
  }

  /** An unsigned number in the Exp-Golomb code. */
  ue(value: number): this {
    const length = 32 - Math.clz32(value + 1);
    return this.bits(0, length - 1).bits(value + 1, length);
  }

  /** Zeros up to the next whole byte. */
  align(): this {
    return this.bits(0, (8 - this.#used) % 8);
  }

  /** The stop bit and zeros up to a whole byte. @returns everything written */
  end(): Uint8Array {
    this.bits(1, 1).align();
    return Uint8Array.from(this.#bytes);
  }
}
