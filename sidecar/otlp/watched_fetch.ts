/** How a request ended, as far as it tells whether what was sent is at fault. */
export type RequestEnd =
  /** The answer tells by itself, or nothing does. */
  | "clear"
  /** More than the backend takes at once (413). */
  | "too_big"
  /** It failed at what it was sent, or it took too long: both may be for what was sent. */
  | "suspicious";

type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

/** Statuses of a proxy whose backend is not there, which say nothing of what was sent. */
const AWAY = new Set([502, 503, 504]);

/** Notes how requests end, which are made one at a time. */
export class WatchedFetch {
  readonly #fetch: Fetch;
  #end: RequestEnd = "clear";

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** How the latest request ended. */
  get end(): RequestEnd {
    return this.#end;
  }

  readonly fetch: Fetch = async (url, init) => {
    this.#end = "clear";
    try {
      const response = await this.#fetch(url, init);
      this.#end = endOf(response.status);
      return response;
    } catch (error) {
      if (error instanceof DOMException && error.name === "TimeoutError") this.#end = "suspicious";
      throw error;
    }
  };
}

function endOf(status: number): RequestEnd {
  if (status === 413) return "too_big";
  return status >= 500 && !AWAY.has(status) ? "suspicious" : "clear";
}
