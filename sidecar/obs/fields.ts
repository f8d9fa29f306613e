/**
 * Reads fields of answers that may be anything: OBS versions differ, plugins answer too. What is
 * missing, of the wrong type, negative or not finite is null.
 */

/** An object of unknown content. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value as an object, or one without fields. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Fields
    : {};
}

/** A finite number of at least 0, or null. */
export function positiveField(fields: Fields, name: string): number | null {
  const value = fields[name];
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : null;
}

/** A whole number of at least 0, or null. */
export function countField(fields: Fields, name: string): number | null {
  const value = positiveField(fields, name);
  return value !== null && Number.isSafeInteger(value) ? value : null;
}

/** A string that is not empty, or null. */
export function textField(fields: Fields, name: string): string | null {
  const value = fields[name];
  return typeof value === "string" && value !== "" ? value : null;
}

/** A boolean, or null. */
export function flagField(fields: Fields, name: string): boolean | null {
  const value = fields[name];
  return typeof value === "boolean" ? value : null;
}

/** The first `most` items of a list; none if it is no list. */
export function listField(fields: Fields, name: string, most: number): unknown[] {
  const value = fields[name];
  return Array.isArray(value) ? value.slice(0, most) : [];
}
