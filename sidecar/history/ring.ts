/** Figures of a bucket: least, mean and most. */
export type Bucket = readonly [min: number, mean: number, max: number];

/**
 * One figure's last buckets. Buckets are counted from 0 for ever; the last `size` of them are kept,
 * in 12 bytes each. What is not known is NaN inside and null outside.
 */
export class Ring {
  readonly #size: number;
  readonly #least: Float32Array;
  readonly #mean: Float32Array;
  readonly #most: Float32Array;
  #newest = -1;
  /** Of the newest bucket. */
  #sum = 0;
  #count = 0;

  constructor(size: number) {
    this.#size = size;
    this.#least = new Float32Array(size).fill(NaN);
    this.#mean = new Float32Array(size).fill(NaN);
    this.#most = new Float32Array(size).fill(NaN);
  }

  /** Number of the newest bucket with a figure in it; -1 without any. */
  get newest(): number {
    return this.#newest;
  }

  /** Adds a figure to a bucket, which must not be older than the newest. */
  add(bucket: number, value: number): void {
    const slot = bucket % this.#size;
    if (bucket > this.#newest) this.#begin(bucket);
    this.#sum += value;
    this.#count++;
    const first = this.#count === 1;
    this.#mean[slot] = this.#sum / this.#count;
    if (first || value < (this.#least[slot] ?? 0)) this.#least[slot] = value;
    if (first || value > (this.#most[slot] ?? 0)) this.#most[slot] = value;
  }

  /** The buckets from `first` to `last` as one; null if nothing is known of them. */
  over(first: number, last: number): Bucket | null {
    let [min, sum, max, count] = [Infinity, 0, -Infinity, 0];
    const from = Math.max(first, this.#newest - this.#size + 1, 0);
    for (let bucket = from; bucket <= Math.min(last, this.#newest); bucket++) {
      const slot = bucket % this.#size;
      const mean = this.#mean[slot] ?? NaN;
      if (Number.isNaN(mean)) continue;
      min = Math.min(min, this.#least[slot] ?? NaN);
      max = Math.max(max, this.#most[slot] ?? NaN);
      sum += mean;
      count++;
    }
    return count === 0 ? null : [min, sum / count, max];
  }

  /** Forgets what lay in the places of the buckets that were passed over. */
  #begin(bucket: number): void {
    const passed = Math.min(bucket - this.#newest, this.#size);
    for (let i = 0; i < passed; i++) this.#mean[(bucket - i) % this.#size] = NaN;
    this.#newest = bucket;
    this.#sum = 0;
    this.#count = 0;
  }
}
