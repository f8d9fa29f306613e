/** Edits of JSON texts that leave every other byte as it is: 64-bit integers, order, layout. */
import { type JsonArray, type JsonObject, memberOf } from "./json_places.ts";
import { splice } from "./splice.ts";

/** What can be put into an object or array and be taken out of it. */
interface Part {
  start: number;
  end: number;
}

/** Adds a member at the object's end; `value` is JSON. */
export function insertMember(
  text: string,
  { object, key, value }: { object: JsonObject; key: string; value: string },
): string {
  const member = `${JSON.stringify(key)}: ${value}`;
  return insertPart(text, { open: object.start, parts: object.members, part: member });
}

/** Sets a member; `before` is the JSON that stood there, null if the object had no such member. */
export function setMember(
  text: string,
  { object, key, value }: { object: JsonObject; key: string; value: string },
): { text: string; before: string | null } {
  const member = memberOf(object, key);
  if (member === null) return { text: insertMember(text, { object, key, value }), before: null };
  const { start, end } = member.value;
  return { text: splice(text, { start, end, insert: value }), before: text.slice(start, end) };
}

/** Puts a member back to what `setMember` found. */
export function unsetMember(
  text: string,
  { object, key, before }: { object: JsonObject; key: string; before: string | null },
): string {
  const member = memberOf(object, key);
  if (member === null) return text;
  if (before === null) return removePart(text, { parts: object.members, part: member });
  return splice(text, { start: member.value.start, end: member.value.end, insert: before });
}

/** Adds an item at the array's end; `value` is JSON. */
export function insertItem(
  text: string,
  { array, value }: { array: JsonArray; value: string },
): string {
  return insertPart(text, { open: array.start, parts: array.items, part: value });
}

/** Takes out a part of an object or array, with the comma that it no longer needs. */
export function removePart(
  text: string,
  { parts, part }: { parts: readonly Part[]; part: Part },
): string {
  const index = parts.indexOf(part);
  const before = parts[index - 1];
  const after = parts[index + 1];
  if (before !== undefined) return splice(text, { start: before.end, end: part.end, insert: "" });
  const end = after === undefined ? part.end : after.start;
  return splice(text, { start: part.start, end, insert: "" });
}

/** Behind the last part, laid out as that is; `removePart` takes the same characters out again. */
function insertPart(
  text: string,
  { open, parts, part }: { open: number; parts: readonly Part[]; part: string },
): string {
  const last = parts.at(-1);
  if (last === undefined) return splice(text, { start: open + 1, end: open + 1, insert: part });
  const space = spaceBefore(text, last.start);
  return splice(text, { start: last.end, end: last.end, insert: `,${space}${part}` });
}

function spaceBefore(text: string, offset: number): string {
  let start = offset;
  while (/[ \t\r\n]/.test(text[start - 1] ?? "")) start--;
  return text.slice(start, offset);
}
