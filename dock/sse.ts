/** One server-sent event. */
export interface SseEvent {
  /** `message` unless the server named it. */
  name: string;
  /** Empty if the server sent none. */
  id: string;
  data: string;
}

/** More than any event of the sidecar needs; a stream that sends more is not the sidecar's. */
const MAX_PENDING_CHARACTERS = 4_000_000;

/**
 * Reads server-sent events from bytes that may be cut anywhere, as the HTML standard has it
 * (section "Server-sent events"): all three line ends, comments, several data lines.
 */
export class SseParser {
  readonly #decoder = new TextDecoder();
  #pending = "";
  #name = "";
  #id = "";
  #data: string[] = [];

  /**
   * Takes the next bytes; returns the events that they complete.
   * @throws if a line never ends
   */
  push(chunk: Uint8Array): SseEvent[] {
    this.#pending += this.#decoder.decode(chunk, { stream: true });
    const events: SseEvent[] = [];
    const lineEnd = /\r\n|\n|\r(?=[^])/g;
    let start = 0;
    for (let match; (match = lineEnd.exec(this.#pending)) !== null;) {
      const event = this.#line(this.#pending.slice(start, match.index));
      if (event !== null) events.push(event);
      start = lineEnd.lastIndex;
    }
    this.#pending = this.#pending.slice(start);
    if (this.#pending.length > MAX_PENDING_CHARACTERS) {
      throw new Error("Cannot read the events: a line does not end");
    }
    return events;
  }

  #line(line: string): SseEvent | null {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const rest = colon === -1 ? "" : line.slice(colon + 1);
    const value = rest.startsWith(" ") ? rest.slice(1) : rest;
    if (field === "event") this.#name = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id" && !value.includes("\0")) this.#id = value;
    return null;
  }

  #dispatch(): SseEvent | null {
    const event = { name: this.#name || "message", id: this.#id, data: this.#data.join("\n") };
    const isEmpty = this.#data.length === 0;
    this.#name = "";
    this.#data = [];
    return isEmpty ? null : event;
  }
}
