import assert from "node:assert/strict";
import { LockBusyError, withFileLock } from "../../sidecar/files/file_lock.ts";
import { FakeTime } from "../fake_time.ts";

async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("lets one work at a time", () =>
  withFolder(async (folder) => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 1));
      inside--;
    };
    const lock = `${folder}/lock`;
    await Promise.all(Array.from({ length: 5 }, () => withFileLock(lock, work)));
    assert.deepEqual([most, inside], [1, 0]);
  }));

Deno.test("gives up on a lock that others keep, and gives it back after an error", () =>
  withFolder(async (folder) => {
    const lock = `${folder}/lock`;
    const time = new FakeTime();
    const clock = { now: time.now, monotonic: () => (time.sleep(3000), time.monotonic()) };
    await withFileLock(
      lock,
      () =>
        assert.rejects(withFileLock(lock, () => Promise.resolve(), { clock }), (error) => {
          assert.ok(error instanceof LockBusyError);
          assert.match(error.message, /kept .*lock locked for 5 s\. Nothing was changed/);
          return true;
        }),
    );
    await assert.rejects(
      withFileLock(lock, () => Promise.reject(new Error("in the middle"))),
      /in the middle/,
    );
    assert.equal(await withFileLock(lock, () => Promise.resolve("free")), "free");
  }));
