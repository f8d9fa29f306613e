/**
 * How a message goes on about a value that is not allowed: ", is 50" or ", which this text is not".
 * What it says goes into the log, and a text may be a password or a stream key in the wrong place:
 * none is repeated, nor a list or a section, which may hold one.
 */
export function valueRemark(value: unknown): string {
  if (value === "") return ", is empty";
  if (typeof value === "string") return ", which this text is not";
  if (Array.isArray(value)) return ", which this list is not";
  if (typeof value !== "object" || value === null) return `, is ${String(value)}`;
  return value instanceof Date ? ", which this date is not" : ", which this section is not";
}
