/** `ExportMetricsServiceResponse.partial_success`, its only field: number 1, with a length. */
const PARTIAL_SUCCESS_TAG = 0x0a;
/** Bytes of a length at most (a 32-bit varint). */
const MOST_LENGTH_BYTES = 5;

const JSON_TYPE = /^application\/json\b/i;
const PROTOBUF_TYPE = /^application\/(?:x-|vnd\.google\.)?protobuf\b/i;

/**
 * Whether the body of a yes is a response of OTLP/HTTP (its specification, "Full Success" and
 * "Partial Success"). Empty, it is one of any type: that is what Prometheus and VictoriaMetrics say.
 * @param type the header `Content-Type`; null without one: then its looks tell
 */
export function isOtlpAnswer(bytes: Uint8Array, type: string | null): boolean {
  if (bytes.every(isSpace)) return true;
  if (type === null) return isMessage(bytes) || isJson(bytes);
  if (JSON_TYPE.test(type)) return isJson(bytes);
  return PROTOBUF_TYPE.test(type) && isMessage(bytes);
}

function isJson(bytes: Uint8Array): boolean {
  try {
    const body: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof body === "object" && body !== null && !Array.isArray(body) &&
      Object.keys(body).every((key) => key === "partialSuccess" || key === "partial_success");
  } catch {
    return false;
  }
}

/** Whether the one field is there and fills the body. */
function isMessage(bytes: Uint8Array): boolean {
  if (bytes[0] !== PARTIAL_SUCCESS_TAG) return false;
  let length = 0;
  for (let at = 1; at <= MOST_LENGTH_BYTES; at++) {
    const byte = bytes[at];
    if (byte === undefined) return false;
    length += (byte & 0x7f) * 2 ** (7 * (at - 1));
    if (byte < 0x80) return at + 1 + length === bytes.length;
  }
  return false;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0d || byte === 0x09 || byte === 0x0a;
}
