import assert from "node:assert/strict";
import { readBody } from "../../sidecar/api/body.ts";
import { FakeTime } from "../fake_time.ts";

const JSON_TYPE = { "content-type": "application/json" };

/** A body of these chunks, in a stream of bytes as a connection has, or in one of whole chunks. */
function bodyOf(chunks: readonly Uint8Array<ArrayBuffer>[], type: "bytes" | undefined): Request {
  const left = chunks.map((chunk) => chunk.slice());
  const pull = (controller: ReadableStreamController<Uint8Array<ArrayBuffer>>) => {
    const chunk = left.shift();
    if (chunk !== undefined) return controller.enqueue(chunk);
    controller.close();
    if ("byobRequest" in controller) controller.byobRequest?.respond(0);
  };
  const body = type === "bytes"
    ? new ReadableStream({ type, pull })
    : new ReadableStream<Uint8Array<ArrayBuffer>>({ pull });
  return new Request("http://localhost/", { method: "PUT", headers: JSON_TYPE, body });
}

for (const type of ["bytes", undefined] as const) {
  const what = type === "bytes" ? "still comes" : "is there already";
  for (const sizes of [[0], [1], [4096], [4096, 1], [5000, 60_536], [1, 65_535], [65_536]]) {
    Deno.test(`a body of ${sizes.join(" and ")} bytes that ${what} is read whole`, async () => {
      const chunks = sizes.filter((size) => size > 0)
        .map((size, i) => new Uint8Array(size).map((_, at) => at * 7 + i));
      const bytes = await readBody(bodyOf(chunks, type));
      assert.ok(bytes instanceof Uint8Array);
      assert.deepEqual([...bytes], chunks.flatMap((chunk) => [...chunk]));
    });
  }

  Deno.test(`a body with a byte too many that ${what} is refused`, async () => {
    const answer = await readBody(bodyOf([new Uint8Array(65_536), new Uint8Array(1)], type));
    assert.ok(answer instanceof Response);
    assert.equal(answer.status, 413);
  });
}

Deno.test("a body that does not come is refused after 10 s, and its read left for the answer to end", async () => {
  using time = new FakeTime().install();
  let isCancelled = false;
  const body = new ReadableStream({
    type: "bytes",
    pull: () => new Promise(() => {}),
    cancel() {
      isCancelled = true;
    },
  });
  const request = new Request("http://localhost/", { method: "PUT", headers: JSON_TYPE, body });
  const answered = readBody(request);
  await time.pass(10_000);
  const answer = await answered;
  assert.ok(answer instanceof Response);
  assert.equal(answer.status, 408);
  assert.equal(isCancelled, false, "Deno never lets go of a read that is cancelled");
});
