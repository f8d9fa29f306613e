import { withDeadline } from "../time/deadline.ts";
import { problem } from "./problem.ts";
import { JsonSyntaxError, parseStrictJson, type StrictJson } from "./strict_json.ts";

/** Largest body, announced or in chunks. */
const MAX_BODY_BYTES = 64 << 10;

/**
 * How much is read at once, and what most bodies fit into. Without a buffer of the reader's own Deno
 * makes one of 64 KiB for each read, which a client that sends nothing more would hold.
 */
const CHUNK_BYTES = 4 << 10;

/** How long a client may take to send its body. */
const BODY_DEADLINE_MS = 10_000;

/**
 * Why a body is not taken that is not JSON in UTF-8 as it stands; null if it is. Parameters other
 * than the charset do not matter, of which JSON has none (RFC 8259, 11).
 */
function mediaProblem(headers: Headers): string | null {
  const [type = "", ...parameters] = (headers.get("content-type") ?? "").split(";");
  if (type.trim().toLowerCase() !== "application/json") {
    return "Send the body as JSON, with Content-Type: application/json.";
  }
  const charset = parameters.map((parameter) => /^\s*charset\s*=\s*(.*?)\s*$/i.exec(parameter)?.[1])
    .find((value) => value !== undefined);
  if (charset !== undefined && !/^"?utf-?8"?$/i.test(charset)) {
    return "Send the body in UTF-8, with Content-Type: application/json alone.";
  }
  return headers.has("content-encoding")
    ? "Send the body as it is, without a Content-Encoding."
    : null;
}

/**
 * Reads a body of JSON as bytes, which the caller may overwrite.
 * @returns the bytes, or the answer to a body that is refused: 415, 413, or 408 if it is late or cut off
 */
export async function readBody(
  request: Request,
): Promise<Uint8Array<ArrayBuffer> | Response> {
  const refused = mediaProblem(request.headers);
  if (refused !== null) return problem(415, refused);
  return await readLimited(request);
}

/** Reads and parses a body of JSON; the answer if it is refused. */
export async function readJson(request: Request): Promise<StrictJson | Response> {
  const bytes = await readBody(request);
  return bytes instanceof Response ? bytes : parseBytes(bytes);
}

/** Null if a request has no body or an empty object as one; the answer to any other body. */
export async function refuseContent(request: Request): Promise<Response | null> {
  if (!hasContent(request.headers)) return null;
  const bytes = await readBody(request);
  if (bytes instanceof Response) return bytes;
  if (bytes.length === 0) return null;
  const json = parseBytes(bytes);
  if (json instanceof Response) return json;
  const { value, problems } = json;
  const isEmpty = problems.length === 0 && typeof value === "object" && value !== null &&
    !Array.isArray(value) && Object.keys(value).length === 0;
  return isEmpty ? null : problem(422, "This takes no body, or an empty object.");
}

/** Whether a request says that it has a body (RFC 9112, 6), or of which type. */
function hasContent(headers: Headers): boolean {
  return headers.has("content-type") || headers.has("transfer-encoding") ||
    Number(headers.get("content-length") ?? 0) !== 0;
}

function parseBytes(bytes: Uint8Array<ArrayBuffer>): StrictJson | Response {
  try {
    return parseStrictJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof JsonSyntaxError) return problem(400, error.message);
    return problem(400, "The body is no text in UTF-8.");
  }
}

async function readLimited(request: Request): Promise<Uint8Array<ArrayBuffer> | Response> {
  const announced = request.headers.get("content-length");
  if (announced !== null && Number(announced) > MAX_BODY_BYTES) return tooLarge();
  if (request.body === null) return new Uint8Array();
  const chunks = chunksOf(request.body);
  try {
    const reading = readAll(chunks);
    return await withDeadline(reading, { ms: BODY_DEADLINE_MS, what: "the client" }) ?? tooLarge();
  } catch {
    // The answer ends the read that is under way. Deno 2.9 keeps one that is cancelled for ever.
    return problem(408, "The body did not arrive whole, or not within 10 s. Nothing was changed.");
  }
}

/** A body as it comes. */
interface Chunks {
  /** The next bytes, which the caller overwrites before the one after; null at the end. */
  next(): Promise<Uint8Array | null>;
  cancel(): Promise<void>;
}

/** Deno has a stream of bytes for a body that is still to come, and another for one that is there. */
function chunksOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): Chunks {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = body.getReader({ mode: "byob" });
  } catch {
    const whole = body.getReader();
    return {
      next: async () => (await whole.read()).value ?? null,
      cancel: () => whole.cancel(),
    };
  }
  let chunk = new Uint8Array(CHUNK_BYTES);
  return {
    async next() {
      const { done, value } = await reader.read(chunk);
      if (done) return null;
      chunk = new Uint8Array(value.buffer);
      return value;
    },
    cancel: () => reader.cancel(),
  };
}

/** @returns null if there is too much of it */
async function readAll(chunks: Chunks): Promise<Uint8Array<ArrayBuffer> | null> {
  let buffer = new Uint8Array(CHUNK_BYTES);
  let length = 0;
  try {
    for (;;) {
      const chunk = await chunks.next();
      if (chunk === null) return buffer.slice(0, length);
      const end = length + chunk.length;
      if (end > MAX_BODY_BYTES) {
        chunk.fill(0);
        await chunks.cancel();
        return null;
      }
      while (end > buffer.length) buffer = grown(buffer);
      buffer.set(chunk, length);
      length = end;
      // Bodies hold secrets at times: no copy is left behind.
      chunk.fill(0);
    }
  } finally {
    buffer.fill(0);
  }
}

/** A buffer of twice the size with the same bytes in it; the old one is overwritten. */
function grown(buffer: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(buffer.length * 2);
  larger.set(buffer);
  buffer.fill(0);
  return larger;
}

function tooLarge(): Response {
  return problem(413, `A body may have ${MAX_BODY_BYTES >> 10} KiB at most.`);
}
