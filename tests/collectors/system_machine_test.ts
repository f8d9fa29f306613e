import assert from "node:assert/strict";
import { openMachine } from "../../sidecar/collectors/machine.ts";

Deno.test(
  { name: "this machine's own sources answer", ignore: Deno.build.os === "freebsd" },
  async () => {
    const machine = openMachine();
    try {
      assert.ok(machine.system.cpuTimes()!.total > 0);
      assert.ok(machine.system.memory()!.total > 0);
      assert.ok(Array.isArray(await machine.network.counters()));
      assert.equal(machine.libc !== null, Deno.build.os === "linux");
    } finally {
      machine.close();
    }
  },
);

Deno.test("a machine of an unknown kind answers each question with the reason", async () => {
  const machine = openMachine({ os: "solaris" });
  const reason = /solaris is not supported/;
  assert.throws(() => machine.system.cpuTimes(), reason);
  assert.throws(() => machine.system.memory(), reason);
  assert.throws(() => machine.network.counters(), reason);
  await assert.rejects(machine.system.diskFreeBytes("/"), reason);
  assert.equal(machine.libc, null);
  machine.close();
});

Deno.test({
  name: "a library that cannot be loaded is the answer to each question",
  ignore: Deno.build.os === "windows",
}, () => {
  const machine = openMachine({ os: "windows", systemRoot: "/nowhere" });
  assert.throws(() => machine.system.cpuTimes(), /kernel32/);
  assert.equal(machine.isObsProcess(Deno.pid), false);
});
