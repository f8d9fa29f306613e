import assert from "node:assert/strict";
import { AlreadyRunningError, takeInstanceLock } from "../../sidecar/data_dir/instance_lock.ts";
import { exists } from "../exists.ts";

const HOLDER = { version: "1.2.3", pid: 4711, startedAt: new Date(Date.UTC(2026, 10, 22, 18)) };

async function inTempDir(fn: (lock: string) => void): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    fn(`${dir}/sidecar.lock`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("is held by one at a time; the other is told by whom", () =>
  inTempDir((path) => {
    const lock = takeInstanceLock(path, HOLDER);
    assert.throws(
      () => takeInstanceLock(path, { ...HOLDER, pid: 4712 }),
      (error) =>
        error instanceof AlreadyRunningError &&
        /already runs with this data directory \(version 1\.2\.3, pid 4711, since 2026-11-22T18:00:00\.000Z\)\. End/
          .test(error.message),
    );
    lock.release();
    takeInstanceLock(path, { ...HOLDER, pid: 4712 }).release();
  }));

Deno.test("is free though a file of an earlier run is there", () =>
  inTempDir((path) => {
    Deno.writeTextFileSync(path, "pid 123456789, since some day long ago, and more\n");
    const lock = takeInstanceLock(path, HOLDER);
    assert.equal(
      Deno.readTextFileSync(path),
      "version 1.2.3, pid 4711, since 2026-11-22T18:00:00.000Z\n",
    );
    lock.release();
  }));

Deno.test("on Windows its holder stands in a file beside it, for as long as it is held", () =>
  inTempDir((path) => {
    const os = "windows";
    const lock = takeInstanceLock(path, HOLDER, { os });
    assert.throws(() => takeInstanceLock(path, HOLDER, { os }), /version 1\.2\.3, pid 4711/);
    lock.release();
    assert.equal(exists(`${path}.txt`), false);

    const next = takeInstanceLock(path, { ...HOLDER, pid: 4712 }, { os });
    Deno.removeSync(`${path}.txt`);
    assert.throws(() => takeInstanceLock(path, HOLDER, { os }), /with this data directory\. End/);
    next.release();
  }));

Deno.test("cannot be a folder: the message names it and says what to do", () =>
  inTempDir((path) => {
    Deno.mkdirSync(path);
    assert.throws(() => takeInstanceLock(path, HOLDER), {
      name: "CannotRunError",
      message: new RegExp(`^Cannot open ${path}: .*Delete that file, or mend its permissions\\.$`),
    });
  }));
