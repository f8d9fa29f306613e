/** Reads until when a certificate is valid, out of its DER form (X.690, RFC 5280 section 4.1). */

const SEQUENCE = 0x30;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
/** The explicit tag of TBSCertificate's version. */
const VERSION = 0xa0;

interface Element {
  tag: number;
  /** Where its contents are, and where the next element begins. */
  start: number;
  end: number;
}

/**
 * When a certificate ends.
 * @returns Unix milliseconds; null for anything that is no certificate
 */
export function certificateExpiry(der: Uint8Array): number | null {
  try {
    const certificate = elementAt(der, 0, SEQUENCE);
    const body = elementAt(der, certificate.start, SEQUENCE);
    let at = body.start;
    // Version (which may be missing), serial number, signature algorithm, issuer.
    const before = elementAt(der, at).tag === VERSION ? 4 : 3;
    for (let i = 0; i < before; i++) at = elementAt(der, at).end;
    const validity = elementAt(der, at, SEQUENCE);
    const notAfter = elementAt(der, elementAt(der, validity.start).end);
    return timeOf(notAfter.tag, der.subarray(notAfter.start, notAfter.end));
  } catch {
    return null;
  }
}

function elementAt(der: Uint8Array, at: number, tag?: number): Element {
  const found = der[at];
  const first = der[at + 1];
  if (found === undefined || first === undefined) throw new RangeError("It is cut off");
  if (tag !== undefined && found !== tag) throw new RangeError("It is another element");
  let start = at + 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count < 1 || count > 3) throw new RangeError("Its length is out of range");
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + (der[start++] ?? 0);
  }
  if (start + length > der.length) throw new RangeError("It is cut off");
  return { tag: found, start, end: start + length };
}

/** `YYMMDDhhmmssZ`, where 50 and above is the last century, or `YYYYMMDDhhmmssZ`. */
function timeOf(tag: number, bytes: Uint8Array): number | null {
  if (tag !== UTC_TIME && tag !== GENERALIZED_TIME) return null;
  const text = new TextDecoder().decode(bytes);
  const whole = tag === GENERALIZED_TIME ? text : (text < "50" ? "20" : "19") + text;
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(whole);
  if (parts === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1)
    .map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
