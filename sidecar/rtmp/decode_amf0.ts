import { AmfEcmaArray, type AmfObject, type AmfValue, MARKER } from "./amf0_value.ts";
import { RtmpError } from "./rtmp_error.ts";

/** Deepest nesting that is read. */
const MAX_DEPTH = 16;

/** Most values in one command; each costs memory beyond its bytes. */
const MAX_VALUES = 4096;

/**
 * Reads all values of a command's body.
 * @throws RtmpError `garbage` if a value is cut off, nested too deep or of a type that RTMP's
 * commands do not use
 */
export function decodeAmf0(bytes: Uint8Array): AmfValue[] {
  const reader = new Amf0Reader(bytes);
  const values: AmfValue[] = [];
  while (!reader.atEnd) values.push(reader.value(0));
  return values;
}

class Amf0Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #values = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  value(depth: number): AmfValue {
    if (depth > MAX_DEPTH) throw garbage("is nested too deep");
    if (++this.#values > MAX_VALUES) throw garbage("has too many values");
    const marker = this.#view.getUint8(this.#take(1));
    switch (marker) {
      case MARKER.number:
        return this.#double();
      case MARKER.boolean:
        return this.#view.getUint8(this.#take(1)) !== 0;
      case MARKER.string:
        return this.#shortString();
      case MARKER.longString:
        return this.#text(this.#count());
      case MARKER.null:
        return null;
      case MARKER.undefined:
        return undefined;
      case MARKER.object:
        return this.#fields(depth);
      case MARKER.ecmaArray:
        // The count is a hint only; the end marker rules.
        this.#take(4);
        return new AmfEcmaArray(this.#fields(depth));
      case MARKER.strictArray:
        return this.#strictArray(depth);
      case MARKER.date: {
        const date = new Date(this.#double());
        this.#take(2);
        return date;
      }
      default:
        throw garbage(`has a value of the unknown type ${marker}`);
    }
  }

  #strictArray(depth: number): AmfValue[] {
    const count = this.#count();
    const items: AmfValue[] = [];
    for (let index = 0; index < count; index++) items.push(this.value(depth + 1));
    return items;
  }

  #fields(depth: number): AmfObject {
    const fields: AmfObject = Object.create(null);
    for (;;) {
      const name = this.#shortString();
      if (name === "" && this.#bytes[this.#at] === MARKER.objectEnd) {
        this.#at++;
        return fields;
      }
      fields[name] = this.value(depth + 1);
    }
  }

  #shortString(): string {
    return this.#text(this.#view.getUint16(this.#take(2)));
  }

  #text(length: number): string {
    const from = this.#take(length);
    return new TextDecoder().decode(this.#bytes.subarray(from, from + length));
  }

  #count(): number {
    return this.#view.getUint32(this.#take(4));
  }

  #double(): number {
    return this.#view.getFloat64(this.#take(8));
  }

  /** Goes past `length` bytes. @returns where they begin */
  #take(length: number): number {
    const from = this.#at;
    if (length > this.#bytes.length - from) throw garbage("is cut off");
    this.#at = from + length;
    return from;
  }
}

function garbage(what: string): RtmpError {
  return new RtmpError(
    "garbage",
    `The server sent a command that ${what}. Check that the URL is an RTMP ingest's.`,
  );
}
