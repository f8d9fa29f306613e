import assert from "node:assert/strict";
import { settlesAtOnce } from "../../sidecar/time/settles_at_once.ts";

Deno.test("what waits for nothing settles at once, however many promises it goes through", async () => {
  const deep = async (levels: number): Promise<void> => {
    if (levels > 0) await deep(levels - 1);
  };
  assert.equal(await settlesAtOnce(Promise.all([deep(8), Promise.resolve(1)])), true);
});

Deno.test("a failure settles at once, too", async () => {
  assert.equal(await settlesAtOnce(Promise.reject(new Error("no"))), true);
});

Deno.test("what waits for the outside does not", async () => {
  const outside = Promise.withResolvers<void>();
  assert.equal(await settlesAtOnce(Promise.all([Promise.resolve(), outside.promise])), false);
  outside.resolve();
});
