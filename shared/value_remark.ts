/** A word or two, such as "http/xml", or a number with its unit, such as "500 ms". */
const PLAIN = /^(?:[a-z]+(?:[/-][a-z]+)?|[+-]?\d[\d.,]{0,7} ?[a-z%]{0,3})$/i;
const LONGEST_PLAIN = 12;

/**
 * How a message goes on about a value that is not allowed: ", is 50" or ", which this text is not".
 * What it says goes into the log, and a text may be a password or a stream key in the wrong place:
 * none is repeated, nor a list or a section, which may hold one.
 * @param isTextOdd whether nobody would put a secret there, as where a number is wanted: a plain
 * text is repeated then
 */
export function valueRemark(value: unknown, { isTextOdd = false } = {}): string {
  if (value === "") return ", is empty";
  if (
    isTextOdd && typeof value === "string" && value.length <= LONGEST_PLAIN && PLAIN.test(value)
  ) {
    return `, is "${value}"`;
  }
  if (typeof value === "string") return ", which this text is not";
  if (Array.isArray(value)) return ", which this list is not";
  if (typeof value !== "object" || value === null) return `, is ${String(value)}`;
  return value instanceof Date ? ", which this date is not" : ", which this section is not";
}
