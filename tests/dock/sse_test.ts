import assert from "node:assert/strict";
import fc from "fast-check";
import { type SseEvent, SseParser } from "../../dock/sse.ts";

const encoder = new TextEncoder();

function parse(...chunks: (string | Uint8Array)[]): SseEvent[] {
  const parser = new SseParser();
  return chunks.flatMap((chunk) =>
    parser.push(typeof chunk === "string" ? encoder.encode(chunk) : chunk)
  );
}

const line = fc.string({ unit: "grapheme" }).map((text) => text.replace(/[\r\n\0\ufeff]/g, "."));
const event = fc.record({
  name: line.filter((text) => text !== "" && !text.startsWith(" ")),
  id: line.filter((text) => !text.startsWith(" ")),
  data: fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join("\n")),
}, { noNullPrototype: true });

function encode({ name, id, data }: SseEvent, end: string): string {
  const lines = data.split("\n").map((text) => `data: ${text}${end}`).join("");
  return `event: ${name}${end}id: ${id}${end}${lines}${end}`;
}

Deno.test("reads the same events wherever the bytes are cut, with every line end", () => {
  const streams = fc.record({
    events: fc.array(event, { maxLength: 4 }),
    end: fc.constantFrom("\n", "\r\n", "\r"),
    cuts: fc.array(fc.nat({ max: 400 }), { maxLength: 12 }),
  });
  fc.assert(fc.property(streams, ({ events, end, cuts }) => {
    // A last line that ends in CR is only known to be over when the next byte comes.
    const bytes = encoder.encode(events.map((each) => encode(each, end)).join("") + ":");
    const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length];
    places.sort((a, b) => a - b);
    const chunks = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
    assert.deepEqual(parse(...chunks), events);
  }));
});

Deno.test("reads one byte at a time, in the middle of characters too", () => {
  const bytes = encoder.encode('event: alert\nid: 7\ndata: {"name":"Ünï 🎥"}\n\n');
  const chunks = Array.from(bytes, (byte) => Uint8Array.of(byte));
  assert.deepEqual(parse(...chunks), [{ name: "alert", id: "7", data: '{"name":"Ünï 🎥"}' }]);
});

Deno.test("passes over comments, unknown fields, empty events and a mark at the start", () => {
  assert.deepEqual(
    parse("\ufeff: hello\n\nretry: 10\nevent: x\n\ndata\ndata:a\ndata:  b\n\ncolour: red\n\n"),
    [{ name: "message", id: "", data: "\na\n b" }],
  );
});

Deno.test("keeps the last id, and none with a NUL in it", () => {
  assert.deepEqual(
    parse("id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n").map(({ id }) => id),
    ["1", "1"],
  );
});

Deno.test("gives up a line that never ends", () => {
  const parser = new SseParser();
  const megabyte = encoder.encode("a".repeat(1_000_000));
  for (let i = 0; i < 4; i++) parser.push(megabyte);
  assert.throws(() => parser.push(megabyte), /a line does not end/);
});
