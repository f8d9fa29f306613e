import assert from "node:assert/strict";
import fc from "fast-check";
import { ChunkReader } from "../../sidecar/rtmp/chunk_reader.ts";
import { ChunkWriter } from "../../sidecar/rtmp/chunk_writer.ts";
import { controlMessage, MESSAGE, type RtmpMessage } from "../../sidecar/rtmp/message.ts";
import { RtmpError } from "../../sidecar/rtmp/rtmp_error.ts";
import { encodeChunks } from "./chunk_encoder.ts";

const timestamps = fc.oneof(
  fc.nat(100_000),
  fc.constantFrom(0, 40, 80, 0xfffffe, 0xffffff, 0x1000000, 0xffffffff),
  fc.nat(0xffffffff),
);

const messages = fc.array(
  fc.record<RtmpMessage>({
    chunkStream: fc.constantFrom(3, 4, 63, 64, 319, 320, 65599),
    type: fc.constantFrom(MESSAGE.audio, MESSAGE.video, MESSAGE.commandAmf0),
    stream: fc.constantFrom(0, 1, 0xffffffff),
    timestampMs: timestamps,
    payload: fc.uint8Array({ maxLength: 700 }),
  }, { noNullPrototype: true }),
  { maxLength: 12 },
);

/** Gives the bytes to a reader in pieces of these sizes, over and over. */
function read(reader: ChunkReader, bytes: Uint8Array, pieces: readonly number[]): RtmpMessage[] {
  const found: RtmpMessage[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, pieces[turn % Math.max(1, pieces.length)] ?? bytes.length);
    reader.push(bytes.slice(at, at + size), (message) => found.push(message));
    at += size;
  }
  return found;
}

const splits = fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 8 });

/** Messages of each chunk stream in order; between chunk streams the order is free. */
function byStream(found: readonly RtmpMessage[]): RtmpMessage[] {
  return [...found].sort((a, b) => a.chunkStream - b.chunkStream);
}

function isGarbage(error: unknown): boolean {
  return error instanceof RtmpError && error.code === "garbage";
}

Deno.test("messages come back as they were written, however the bytes are split", () => {
  fc.assert(fc.property(messages, splits, (written, pieces) => {
    const bytes = new ChunkWriter().write(written);
    assert.deepEqual(read(new ChunkReader(), bytes, pieces), written);
  }));
});

Deno.test("every header type is read, with chunk streams interleaved and bytes split", () => {
  const sizes = fc.integer({ min: 1, max: 300 });
  const turns = fc.array(fc.nat(6), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(messages, splits, sizes, turns, (sent, pieces, chunkSize, order) => {
      const setSize = controlMessage(MESSAGE.setChunkSize, chunkSize);
      const reader = new ChunkReader();
      read(reader, new ChunkWriter().write([setSize]), pieces);
      const bytes = encodeChunks(sent, { chunkSize, turns: order });
      assert.deepEqual(byStream(read(reader, bytes, pieces)), byStream(sent));
    }),
    { numRuns: 300 },
  );
});

Deno.test("a new chunk size holds from the next chunk on", () => {
  const writer = new ChunkWriter();
  const payload = new Uint8Array(1000).map((_, index) => index);
  const message: RtmpMessage = { chunkStream: 3, type: 20, stream: 0, timestampMs: 0, payload };
  const first = writer.write([message, controlMessage(MESSAGE.setChunkSize, 4096)]).slice();
  writer.chunkSize = 4096;
  const second = writer.write([message]).slice();
  assert.equal(second.length, 12 + 1000);
  const found = read(new ChunkReader(), new Uint8Array([...first, ...second]), [7]);
  assert.deepEqual(found.map(({ type }) => type), [20, MESSAGE.setChunkSize, 20]);
  assert.deepEqual(found[2]?.payload, payload);
});

for (const size of [2 ** 24, 2 ** 31 - 1]) {
  Deno.test(`a chunk size of ${size} is legal: messages come in one chunk`, () => {
    const payload = new Uint8Array(70_000).fill(7);
    const message: RtmpMessage = { chunkStream: 3, type: 20, stream: 0, timestampMs: 0, payload };
    const writer = new ChunkWriter();
    const setSize = writer.write([controlMessage(MESSAGE.setChunkSize, size)]).slice();
    writer.chunkSize = payload.length;
    const bytes = new Uint8Array([...setSize, ...writer.write([message])]);
    assert.deepEqual(read(new ChunkReader(), bytes, [])[1]?.payload, payload);
  });
}

for (const size of [0, 2 ** 31, 2 ** 32 - 1]) {
  Deno.test(`a chunk size of ${size} is refused`, () => {
    const bytes = new ChunkWriter().write([controlMessage(MESSAGE.setChunkSize, size)]);
    assert.throws(() => read(new ChunkReader(), bytes, []), /chunk size/);
  });
}

Deno.test("Abort drops the message that is under way on a chunk stream", () => {
  const whole: RtmpMessage = {
    chunkStream: 5,
    type: 20,
    stream: 0,
    timestampMs: 0,
    payload: new Uint8Array(200).fill(7),
  };
  const begun = new ChunkWriter().write([whole]).slice(0, 12 + 128);
  const writer = new ChunkWriter();
  const rest = writer.write([controlMessage(MESSAGE.abort, 5), whole]);
  const found = read(new ChunkReader(), new Uint8Array([...begun, ...rest]), []);
  assert.deepEqual(found.map(({ type, payload }) => [type, payload.length]), [
    [MESSAGE.abort, 4],
    [20, 200],
  ]);
});

Deno.test("messages longer than the limit are refused before their bytes come", () => {
  const reader = new ChunkReader({ maxMessageBytes: 1000 });
  const header = Uint8Array.of(3, 0, 0, 0, 0xff, 0xff, 0xff, 20, 0, 0, 0, 0);
  assert.throws(() => reader.push(header, () => {}), isGarbage);
});

Deno.test("messages that are begun and never ended do not pile up", () => {
  const reader = new ChunkReader({ maxMessageBytes: 1000 });
  assert.throws(() => {
    for (let stream = 2; stream < 64; stream++) {
      const header = Uint8Array.of(stream, 0, 0, 0, 0, 3, 0xe8, 20, 0, 0, 0, 0);
      reader.push(new Uint8Array([...header, ...new Uint8Array(128)]), () => {});
    }
  }, /unfinished/);
});

Deno.test("a server cannot open chunk streams without end", () => {
  const reader = new ChunkReader();
  assert.throws(() => {
    for (let stream = 0; stream < 256; stream++) {
      reader.push(Uint8Array.of(0, stream, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 0), () => {});
    }
  }, /too many chunk streams/);
});

Deno.test("bytes of any kind give messages or garbage, and nothing else happens", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), splits, (bytes, pieces) => {
      try {
        read(new ChunkReader(), bytes, pieces);
      } catch (error) {
        assert.ok(isGarbage(error), String(error));
      }
    }),
    { numRuns: 2000 },
  );
});
