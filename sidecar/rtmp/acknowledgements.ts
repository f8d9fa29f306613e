/** One Acknowledgement: what the server had received, and when it told so. */
export interface AcknowledgementSample {
  /** On the monotonic clock. */
  atMs: number;
  /** Since the connection began; does not wrap. */
  bytes: number;
}

/** Samples that are kept: a test of a minute at 50 Mbit/s makes 6,000. */
const MAX_SAMPLES = 20_000;

/** How far a server's count may run ahead of ours: it may count the handshake, and TLS none. */
const SLACK_BYTES = 64 * 1024;

/** What a server acknowledged (RTMP 1.0, section 5.4.3): a 32-bit count that wraps. */
export class Acknowledgements {
  readonly samples: AcknowledgementSample[] = [];
  /** Whether they are a measure: no count was above what was sent, and the server goes on. */
  usable = true;
  /** Most bytes between two acknowledgements: how coarse the server tells. */
  largestStep = 0;
  #bytes = 0;

  /** Bytes the server received, as it last said. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes a count as it came. A count that runs backwards is ignored. */
  note(count: number, { atMs, sentBytes }: { atMs: number; sentBytes: number }): void {
    const step = (count - this.#bytes) >>> 0;
    if (step === 0 || step >= 2 ** 31) return;
    if (this.#bytes + step > sentBytes + SLACK_BYTES) {
      this.usable = false;
      return;
    }
    this.#bytes += step;
    this.largestStep = Math.max(this.largestStep, step);
    if (this.samples.length < MAX_SAMPLES) this.samples.push({ atMs, bytes: this.#bytes });
  }
}
