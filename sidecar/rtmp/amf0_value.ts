/** Values of AMF0, the format of RTMP's commands (Adobe, "Action Message Format -- AMF 0"). */
export type AmfValue =
  | number
  | boolean
  | string
  | null
  | undefined
  | Date
  | AmfValue[]
  | AmfObject
  | AmfEcmaArray;

/** An anonymous object. Its prototype is null: names from outside cannot reach any other. */
export interface AmfObject {
  [name: string]: AmfValue;
}

/** An array with names for indices; `onMetaData` is mostly one. */
export class AmfEcmaArray {
  readonly entries: AmfObject;

  constructor(entries: AmfObject) {
    this.entries = entries;
  }
}

/** Type markers, section 2.1. */
export const MARKER = {
  number: 0x00,
  boolean: 0x01,
  string: 0x02,
  object: 0x03,
  null: 0x05,
  undefined: 0x06,
  ecmaArray: 0x08,
  objectEnd: 0x09,
  strictArray: 0x0a,
  date: 0x0b,
  longString: 0x0c,
} as const;

/** Whether a value has named fields that can be read. */
export function isAmfObject(value: AmfValue): value is AmfObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Date) && !(value instanceof AmfEcmaArray);
}

/** A text field of an object or ECMA array; "" if there is none. */
export function amfText(value: AmfValue, name: string): string {
  const fields = value instanceof AmfEcmaArray ? value.entries : value;
  const field = isAmfObject(fields) ? fields[name] : undefined;
  return typeof field === "string" ? field : "";
}
