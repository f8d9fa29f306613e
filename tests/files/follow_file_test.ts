import assert from "node:assert/strict";
import { fileStamp, followFile } from "../../sidecar/files/follow_file.ts";
import type { Heartbeat } from "../../sidecar/time/heartbeat.ts";

/** A followed file, and a heartbeat that the test beats by hand. */
async function followed(
  test: (file: { path: string; noticed(): number; end(): void }) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "follow-" });
  const looks = new Set<() => void>();
  const heartbeat: Heartbeat = {
    add(look) {
      looks.add(look);
      return { [Symbol.dispose]: () => looks.delete(look) };
    },
  };
  let notices = 0;
  try {
    const path = `${folder}/file`;
    await Deno.writeTextFile(path, "first");
    const follow = followFile(path, { onNotice: () => notices++, heartbeat });
    await test({
      path,
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
