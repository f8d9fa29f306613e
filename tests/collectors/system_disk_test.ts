import assert from "node:assert/strict";
import {
  nearestFreeBytes,
  posixAncestors,
  windowsAncestors,
} from "../../sidecar/collectors/system_disk.ts";

Deno.test("a path's parents are asked nearest first", () => {
  assert.deepEqual(posixAncestors("/home/ann/Videos"), [
    "/home/ann/Videos",
    "/home/ann",
    "/home",
    "/",
  ]);
  assert.deepEqual(posixAncestors("//media//disk/"), ["/media/disk", "/media", "/"]);
  assert.deepEqual(posixAncestors("/"), ["/"]);
});

Deno.test("a Windows path's parents end at its own drive, with either slash", () => {
  const expected = ["D:\\Videos\\Live 1\\", "D:\\Videos\\", "D:\\"];
  assert.deepEqual(windowsAncestors("D:/Videos/Live 1"), expected);
  assert.deepEqual(windowsAncestors("D:\\Videos\\\\Live 1\\"), expected);
  assert.deepEqual(windowsAncestors("\\\\?\\D:\\Videos\\Live 1"), expected);
  assert.deepEqual(windowsAncestors("d:"), ["d:\\"]);
});

Deno.test("a network share's parents end at the share", () => {
  const expected = ["\\\\nas\\rec\\2026\\", "\\\\nas\\rec\\"];
  assert.deepEqual(windowsAncestors("\\\\nas\\rec\\2026"), expected);
  assert.deepEqual(windowsAncestors("//nas/rec/2026"), expected);
  assert.deepEqual(windowsAncestors("\\\\?\\UNC\\nas\\rec\\2026"), expected);
});

Deno.test("a path that is not absolute has no volume of its own", () => {
  for (const path of ["", "Videos", "./Videos", "~/Videos", "/vid\0eos"]) {
    assert.deepEqual(posixAncestors(path), [], path);
  }
  for (const path of ["", "Videos", "\\Videos", "D:Videos", "\\\\nas", "DD:\\x", "D:\\v\0x"]) {
    assert.deepEqual(windowsAncestors(path), [], path);
  }
});

Deno.test("free space is that of the nearest folder that exists", async () => {
  const asked: string[] = [];
  const ask = (folder: string) => {
    asked.push(folder);
    return Promise.resolve(folder === "/a" ? 42 : null);
  };
  assert.equal(await nearestFreeBytes(posixAncestors("/a/b/c"), ask), 42);
  assert.deepEqual(asked, ["/a/b/c", "/a/b", "/a"]);
  assert.equal(await nearestFreeBytes([], ask), null);
});
