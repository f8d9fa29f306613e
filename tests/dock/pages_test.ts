import assert from "node:assert/strict";
import { createPages } from "../../dock/models/pages.ts";

function storage(): Pick<Storage, "getItem" | "setItem"> {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
  };
}

Deno.test("shows the chosen page again after a reload", () => {
  const kept = storage();
  const pages = createPages({ storage: () => kept, mayLose: () => false });
  assert.equal(pages.current.value, "live");
  pages.go("settings");
  assert.equal(
    createPages({ storage: () => kept, mayLose: () => false }).current.value,
    "settings",
  );
});

Deno.test("begins at the live page where the browser keeps nothing, or nonsense", () => {
  const forbidden = (): never => {
    throw new DOMException("forbidden", "SecurityError");
  };
  const pages = createPages({ storage: forbidden, mayLose: () => false });
  pages.go("sessions");
  assert.equal(pages.current.value, "sessions");
  const odd = { getItem: () => "elsewhere", setItem: () => {} };
  assert.equal(createPages({ storage: () => odd, mayLose: () => false }).current.value, "live");
});

Deno.test("asks before leaving what would be lost", () => {
  let mayLose = false;
  const kept = storage();
  const pages = createPages({ storage: () => kept, mayLose: () => mayLose });
  pages.go("settings");
  mayLose = true;
  pages.go("settings");
  assert.equal(pages.wanted.value, null);
  pages.go("live");
  assert.deepEqual([pages.current.value, pages.wanted.value], ["settings", "live"]);
  pages.stay();
  assert.deepEqual([pages.current.value, pages.wanted.value], ["settings", null]);
  pages.go("live");
  pages.leave();
  assert.deepEqual([pages.current.value, pages.wanted.value], ["live", null]);
});
