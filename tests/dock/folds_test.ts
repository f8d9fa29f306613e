import assert from "node:assert/strict";
import { createFolds } from "../../dock/models/folds.ts";

function memory(): Pick<Storage, "getItem" | "setItem"> {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
  };
}

Deno.test("remembers what is folded beyond the page's life", () => {
  const storage = memory();
  const folds = createFolds(() => storage);
  assert.deepEqual(folds.folded.value, []);
  folds.toggle("load");
  folds.toggle("fps");
  folds.toggle("load");
  assert.deepEqual(folds.folded.value, ["fps"]);
  assert.deepEqual(createFolds(() => storage).folded.value, ["fps"]);
});

Deno.test("remembers charts whose ids hold an output's name", () => {
  const storage = memory();
  createFolds(() => storage).toggle("obs.outputs.My other stream.congestion");
  const { folded } = createFolds(() => storage);
  assert.deepEqual(folded.value, ["obs.outputs.My other stream.congestion"]);
});

Deno.test("forgets what it cannot read", () => {
  for (const text of ["load fps", "3", "{}", '["load"']) {
    assert.deepEqual(createFolds(() => ({ ...memory(), getItem: () => text })).folded.value, []);
  }
});

Deno.test("folds without remembering where the browser forbids storage", () => {
  const folds = createFolds(() => {
    throw new Error("SecurityError");
  });
  folds.toggle("load");
  assert.deepEqual(folds.folded.value, ["load"]);
});
