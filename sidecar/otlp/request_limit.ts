/** How many figures a request may have: fewer where a backend does not manage as many. */
export class RequestLimit {
  /** What it says itself that it does not take. */
  #ceiling = Infinity;
  /** What it did not manage lately. */
  #most = Infinity;

  /** @param wanted what the user set */
  figures(wanted: number): number {
    return Math.min(wanted, this.#ceiling, this.#most);
  }

  /** So many were too big a request. */
  tooBig(figures: number): void {
    this.#ceiling = Math.min(this.#ceiling, half(figures));
  }

  /** It failed at so many, or took too long. */
  failed(figures: number): void {
    this.#most = Math.min(this.#most, half(figures));
  }

  /** It took what it was sent. */
  worked(): void {
    this.#most *= 2;
  }
}

function half(figures: number): number {
  return Math.max(1, Math.floor(figures / 2));
}
