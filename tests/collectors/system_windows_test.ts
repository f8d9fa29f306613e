import assert from "node:assert/strict";
import { createWindowsSystemSource, toCpuTimes } from "../../sidecar/collectors/system_windows.ts";
import { type Kernel32, parseMemoryStatus, wideString } from "../../sidecar/win32/kernel32.ts";

Deno.test("Windows's idle time is taken out of its kernel time", () => {
  assert.deepEqual(toCpuTimes({ idle: 700, kernel: 800, user: 200 }), { busy: 300, total: 1000 });
});

Deno.test("Windows's memory status is read", () => {
  const bytes = new Uint8Array(64);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(8, 32n << 30n, true); // ullTotalPhys
  view.setBigUint64(16, 24n << 30n, true); // ullAvailPhys
  view.setBigUint64(24, 99n << 30n, true); // ullTotalPageFile
  assert.deepEqual(parseMemoryStatus(bytes), { total: 32 * 2 ** 30, available: 24 * 2 ** 30 });
});

Deno.test("Windows gets paths in UTF-16 with a closing zero", () => {
  assert.deepEqual([...wideString("é😀")], [0xe9, 0, 0x3d, 0xd8, 0, 0xde, 0, 0]);
});

Deno.test("Windows is asked for the folder, then for its parents on the same drive", async () => {
  const asked: string[] = [];
  const kernel32 = {
    freeBytes(folder: string) {
      asked.push(folder);
      return Promise.resolve(folder === "D:\\" ? 5 : null);
    },
  } as Kernel32;
  const source = createWindowsSystemSource({ kernel32 });
  assert.equal(await source.diskFreeBytes("D:/Videos"), 5);
  assert.deepEqual(asked, ["D:\\Videos\\", "D:\\"]);
});
