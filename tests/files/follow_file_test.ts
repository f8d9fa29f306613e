import assert from "node:assert/strict";
import { createChangeCheck, fileStamp, followFile } from "../../sidecar/files/follow_file.ts";
import { FakeTime } from "../fake_time.ts";
import type { Heartbeat } from "../../sidecar/time/heartbeat.ts";

/** A followed file, and a heartbeat that the test beats by hand. */
async function followed(
  test: (
    file: { path: string; time: FakeTime; noticed(): number; end(): void },
  ) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "follow-" });
  const looks = new Set<() => void>();
  const heartbeat: Heartbeat = {
    add(look) {
      looks.add(look);
      return { [Symbol.dispose]: () => looks.delete(look) };
    },
  };
  const time = new FakeTime();
  let notices = 0;
  try {
    const path = `${folder}/file`;
    await Deno.writeTextFile(path, "first");
    const follow = followFile(path, { onNotice: () => notices++, heartbeat, clock: time });
    await test({
      path,
      time,
      noticed() {
        const before = notices;
        for (const look of looks) look();
        return notices - before;
      },
      end: () => follow[Symbol.dispose](),
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a file that nobody touches is no news, nor are its neighbours", () =>
  followed(async ({ path, noticed }) => {
    await Deno.writeTextFile(`${path}.tmp`, "bridge");
    await Deno.readTextFile(path);
    assert.equal(noticed(), 0);
  }));

Deno.test("tells once of a write, a replacement, the end of the file and a new one", () =>
  followed(async ({ path, noticed }) => {
    await Deno.writeTextFile(path, "longer text");
    assert.deepEqual([noticed(), noticed()], [1, 0]);
    await Deno.writeTextFile(`${path}.swp`, "shorter");
    await Deno.rename(`${path}.swp`, path);
    assert.deepEqual([noticed(), noticed()], [1, 0]);
    await Deno.remove(path);
    assert.deepEqual([noticed(), noticed()], [1, 0]);
    assert.equal(fileStamp(path), "");
    await Deno.writeTextFile(path, "anew");
    assert.deepEqual([noticed(), noticed()], [1, 0]);
  }));

Deno.test("tells of text of the same length by its date", () =>
  followed(async ({ path, noticed }) => {
    await Deno.writeTextFile(path, "other");
    await Deno.utime(path, new Date(), new Date(Date.now() + 10_000));
    assert.equal(noticed(), 1);
  }));

Deno.test("tells nothing any more when it has ended", () =>
  followed(async ({ path, noticed, end }) => {
    end();
    await Deno.remove(path);
    assert.equal(noticed(), 0);
  }));

/** Beats of a second each: which of them told of the file. */
function beats(count: number, { time, noticed }: { time: FakeTime; noticed(): number }): number[] {
  return Array.from({ length: count }, () => {
    time.sleep(1000);
    return noticed();
  });
}

Deno.test("where a date lasts 2 s, tells of text of the same length in the same date", () =>
  followed(async ({ path, time, noticed }) => {
    const date = new Date("2026-11-22T20:00:02Z");
    await Deno.writeTextFile(path, "once.");
    await Deno.utime(path, date, date);
    assert.equal(noticed(), 1);
    await Deno.writeTextFile(path, "twice");
    await Deno.utime(path, date, date);
    assert.deepEqual(beats(5, { time, noticed }), [0, 1, 0, 0, 0]);
  }));

Deno.test("where dates are fine, tells of each change once", () =>
  followed(async ({ path, time, noticed }) => {
    const date = new Date("2026-11-22T20:00:02.123Z");
    await Deno.writeTextFile(path, "once.");
    await Deno.utime(path, date, date);
    assert.equal(noticed(), 1);
    assert.deepEqual(beats(5, { time, noticed }), [0, 0, 0, 0, 0]);
  }));

Deno.test("where a date lasts 2 s, a change in that of the file as it was read first is told", () =>
  followed(async ({ path }) => {
    const date = new Date("2026-11-22T20:00:02Z");
    await Deno.utime(path, date, date);
    const time = new FakeTime();
    const mayHaveChanged = createChangeCheck(path, { clock: time });
    const noticed = () => Number(mayHaveChanged());
    assert.equal(noticed(), 1);
    await Deno.writeTextFile(path, "other");
    await Deno.utime(path, date, date);
    assert.deepEqual(beats(4, { time, noticed }), [0, 1, 0, 0]);
  }));
