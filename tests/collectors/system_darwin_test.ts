import assert from "node:assert/strict";
import { sumCpuTimes } from "../../sidecar/collectors/system_darwin.ts";
import { parseStatfs } from "../../sidecar/darwin/libsystem.ts";

Deno.test("macOS's processors are summed", () => {
  const times = { user: 100, nice: 10, sys: 40, idle: 850, irq: 0 };
  assert.deepEqual(sumCpuTimes([{ times }, { times }]), { busy: 300, total: 2000 });
  assert.equal(sumCpuTimes([]), null);
});

Deno.test("macOS's free blocks are those of an unprivileged user", () => {
  const bytes = new Uint8Array(2168);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 4096, true); // f_bsize
  view.setInt32(4, 1 << 20, true); // f_iosize
  view.setBigUint64(16, 2n ** 40n, true); // f_bfree
  view.setBigUint64(24, 2n ** 36n, true); // f_bavail
  assert.equal(parseStatfs(bytes), 2 ** 48);
});
