import assert from "node:assert/strict";
import { createSwitchedCollector } from "../../sidecar/collectors/switched.ts";

Deno.test("makes its collector when it is first wanted, and closes it when no longer", async () => {
  const steps: string[] = [];
  let on = false;
  const collector = createSwitchedCollector({
    name: "gpu",
    isOn: () => on,
    make() {
      steps.push("made");
      return {
        name: "gpu",
        collect: () => Promise.resolve("figures"),
        close: () => void steps.push("closed"),
      };
    },
    off: "none",
  });
  const read = () => collector.collect(new AbortController().signal);
  assert.equal(await read(), "none");
  assert.deepEqual(steps, []);
  on = true;
  assert.deepEqual([await read(), await read()], ["figures", "figures"]);
  assert.deepEqual(steps, ["made"]);
  on = false;
  assert.deepEqual([await read(), await read()], ["none", "none"]);
  assert.deepEqual(steps, ["made", "closed"]);
  on = true;
  await read();
  await collector.close?.();
  await collector.close?.();
  assert.deepEqual(steps, ["made", "closed", "made", "closed"]);
});
