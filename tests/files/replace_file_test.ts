import assert from "node:assert/strict";
import { replaceFile } from "../../sidecar/files/replace_file.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "replace-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const namesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const modeOf = (path: string) => (Deno.statSync(path).mode ?? 0) & 0o777;

Deno.test("a new file takes the old one's place, readable by the user alone", () =>
  withFolder(async (folder) => {
    const path = `${folder}/file`;
    for (const text of ["first", "second"]) {
      await replaceFile(path, bytes(text));
      assert.equal(await Deno.readTextFile(path), text);
      if (Deno.build.os !== "windows") {
        assert.equal(modeOf(path), 0o600);
        await Deno.chmod(path, 0o644);
      }
    }
    assert.deepEqual(namesIn(folder), ["file"]);
  }));

Deno.test("many writers without a lock leave one of their files whole, and nothing else", () =>
  withFolder(async (folder) => {
    const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(10_000));
    await Promise.all(texts.map((text) => replaceFile(`${folder}/file`, bytes(text))));
    assert.ok(texts.includes(await Deno.readTextFile(`${folder}/file`)));
    assert.deepEqual(namesIn(folder), ["file"]);
  }));

Deno.test("what a crash left goes with the next write under the lock", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file.tmp`, "half", { mode: 0o644 });
    await replaceFile(`${folder}/file`, bytes("whole"), { isLocked: true });
    assert.equal(await Deno.readTextFile(`${folder}/file`), "whole");
    assert.deepEqual(namesIn(folder), ["file"]);
    if (Deno.build.os !== "windows") assert.equal(modeOf(`${folder}/file`), 0o600);
  }));

Deno.test({
  name: "a file whose identity is kept stays a link with its permissions",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/real`, "old");
      await Deno.chmod(`${folder}/real`, 0o664);
      await Deno.symlink(`${folder}/real`, `${folder}/link`);
      await replaceFile(`${folder}/link`, bytes("new"), { keepsIdentity: true });
      assert.ok(Deno.lstatSync(`${folder}/link`).isSymlink);
      assert.equal(await Deno.readTextFile(`${folder}/real`), "new");
      assert.equal(modeOf(`${folder}/real`), 0o664);
      assert.deepEqual(namesIn(folder), ["link", "real"]);
    }),
});

Deno.test({
  name: "where identity is kept, a new file is private, and a link that leads nowhere stays",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (folder) => {
      await replaceFile(`${folder}/new`, bytes("new"), { keepsIdentity: true });
      assert.equal(modeOf(`${folder}/new`), 0o600);
      await Deno.symlink(`${folder}/gone`, `${folder}/link`);
      await assert.rejects(
        replaceFile(`${folder}/link`, bytes("new"), { keepsIdentity: true }),
        /is a link to a file that is not there\. Mend/,
      );
      assert.ok(Deno.lstatSync(`${folder}/link`).isSymlink);
      assert.deepEqual(namesIn(folder), ["link", "new"]);
    }),
});

Deno.test("a file that cannot be replaced stays, and no other is left", () =>
  withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/file/inside`, { recursive: true });
    await assert.rejects(replaceFile(`${folder}/file`, bytes("new")));
    assert.deepEqual(namesIn(folder), ["file"]);
  }));
