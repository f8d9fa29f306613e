/**
 * OBS's Dynamic Bitrate: the encoder makes less when the queue fills, and slowly more again.
 * Source of the method and its figures: obs-studio, plugins/obs-outputs/rtmp-stream.c
 * (dbr_bitrate_lowered, dbr_inc_bitrate, DBR_TRIGGER_USEC, DBR_INC_TIMER).
 */
const TRIGGER_MS = 200;
const RAISE_AFTER_MS = 4_000;
const LEAST_ESTIMATE_MS = 1_000;
const LONGEST_ESTIMATE_MS = 2_000;
const LEAST_KBPS = 50;

/** How far below its setting OBS holds the bitrate. */
export class DynamicBitrate {
  readonly #fullKbps: number;
  #kbps: number;
  #beforeKbps = 0;
  #raiseAtMs: number | null = null;
  #sent: { atMs: number; kbit: number }[] = [];

  constructor(fullKbps: number) {
    this.#fullKbps = fullKbps;
    this.#kbps = fullKbps;
  }

  /** Share of the bitrate that is set. */
  get share(): number {
    return this.#kbps / this.#fullKbps;
  }

  /** A new connection begins with the full bitrate. */
  restart(): void {
    this.#kbps = this.#fullKbps;
    this.#raiseAtMs = null;
    this.#sent = [];
  }

  /** Takes what was sent in a step, and how much video waits. */
  step({ nowMs, kbit, queuedMs }: { nowMs: number; kbit: number; queuedMs: number }): void {
    this.#sent.push({ atMs: nowMs, kbit });
    while (nowMs - (this.#sent[0]?.atMs ?? nowMs) > LONGEST_ESTIMATE_MS) this.#sent.shift();
    if (this.#raiseAtMs !== null && nowMs >= this.#raiseAtMs) this.#raise(nowMs);
    if (queuedMs >= TRIGGER_MS) this.#lower(nowMs);
  }

  #raise(nowMs: number): void {
    this.#beforeKbps = this.#kbps;
    this.#kbps = Math.min(this.#fullKbps, this.#kbps + this.#fullKbps / 10);
    this.#raiseAtMs = this.#kbps < this.#fullKbps ? nowMs + RAISE_AFTER_MS : null;
  }

  #lower(nowMs: number): void {
    const spanMs = nowMs - (this.#sent[0]?.atMs ?? nowMs);
    const kbit = this.#sent.reduce((sum, each) => sum + each.kbit, 0);
    const measured = spanMs >= LEAST_ESTIMATE_MS ? kbit / spanMs * 1000 : null;
    let next = this.#beforeKbps;
    if (measured !== null && measured < this.#kbps) {
      this.#sent = [];
      next = Math.max(LEAST_KBPS, Math.floor(measured / 100) * 100);
    }
    if (next === 0 || next === this.#kbps) return;
    this.#beforeKbps = 0;
    this.#kbps = next;
    this.#raiseAtMs = nowMs + RAISE_AFTER_MS;
  }
}
