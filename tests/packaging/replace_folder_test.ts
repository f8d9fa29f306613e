import assert from "node:assert/strict";
import { replaceFolder } from "../../sidecar/packaging/replace_folder.ts";

async function write(folder: string, files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await Deno.mkdir(`${folder}/${name}`.replace(/\/[^/]+$/, ""), { recursive: true });
    await Deno.writeTextFile(`${folder}/${name}`, text);
  }
}

function list(folder: string, under = ""): string[] {
  return Array.from(Deno.readDirSync(`${folder}/${under}`)).flatMap(({ name, isDirectory }) =>
    isDirectory ? list(folder, `${under}${name}/`) : [`${under}${name}`]
  ).toSorted();
}

Deno.test("new files come over old ones, and what is no more goes, the source too", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await write(folder, { "main.js": "old", "chunk-1.js": "old", "dock/main.js": "old" });
    await write(`${folder}/.next`, {
      "main.js": "new",
      "chunk-2.js": "new",
      "dock/main.js": "new",
    });
    await replaceFolder(`${folder}/.next`, folder);
    const names = list(folder);
    assert.deepEqual(names, ["chunk-2.js", "dock/main.js", "main.js"]);
    for (const name of names) assert.equal(await Deno.readTextFile(`${folder}/${name}`), "new");
    assert.equal([...Deno.readDirSync(folder)].length, 3);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("makes a folder that is not there yet", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await write(`${folder}/dist/.next`, { "dock/main.js": "new" });
    await replaceFolder(`${folder}/dist/.next`, `${folder}/dist`);
    assert.deepEqual(list(`${folder}/dist`), ["dock/main.js"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
