/** Two commands that began at once removed each other's probe of the data directory. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const DATA_DIR = new URL("../../sidecar/data_dir/data_dir.ts", import.meta.url).href;

Deno.test("several programs open the data directory at once", async () => {
  const folder = await Deno.makeTempDir({ prefix: "data-dir-" });
  try {
    const code = `import { openDataDir } from ${JSON.stringify(DATA_DIR)};
      for (let i = 0; i < 2000; i++) openDataDir(Deno.args[0]);`;
    const script = `${folder}/open.ts`;
    await Deno.writeTextFile(script, code);
    const root = fileURLToPath(new URL("../../", import.meta.url));
    const outputs = await Promise.all([1, 2].map(() =>
      new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-lock", "--no-check", script, `${folder}/data`],
        cwd: root,
        stderr: "piped",
      }).output()
    ));
    for (const { code, stderr } of outputs) assert.equal(code, 0, new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
