/** The build before each command, in a copy of the sources. */
import assert from "node:assert/strict";
import { exists } from "../exists.ts";

const REPOSITORY = new URL("../../", import.meta.url);
const PARTS = ["sidecar", "shared", "dock", "deno.json", "deno.lock"];

/** What a program came to. */
interface Ended {
  code: number;
  output: string;
}

/** A copy of the sources. Disposing of it deletes it. */
interface Checkout extends AsyncDisposable {
  readonly folder: string;
  /** Builds as each of the tasks does before its command. */
  build(): Promise<Ended>;
  /** Asks the built program for its version. */
  version(): Promise<Ended>;
}

async function copy(from: string, to: string): Promise<void> {
  if (!(await Deno.stat(from)).isDirectory) return await Deno.copyFile(from, to);
  await Deno.mkdir(to);
  for await (const { name } of Deno.readDir(from)) {
    if (name !== "dist") await copy(`${from}/${name}`, `${to}/${name}`);
  }
}

async function checkout(): Promise<Checkout> {
  const folder = await Deno.makeTempDir({ prefix: "checkout-" });
  for (const part of PARTS) await copy(new URL(part, REPOSITORY).pathname, `${folder}/${part}`);
  await Deno.symlink(
    await Deno.realPath(new URL("node_modules", REPOSITORY)),
    `${folder}/node_modules`,
  );
  const deno = async (...args: string[]): Promise<Ended> => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--cached-only", ...args],
      cwd: folder,
      env: { NO_COLOR: "1" },
      stdin: "null",
    }).output();
    return { code, output: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
  };
  return {
    folder,
    build: () => deno("-P=build", "sidecar/packaging/build.ts", "--if-stale"),
    version: () => deno("-P=sidecar", "sidecar/dist/main.js", "--version"),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

function change(folder: string, text: string): void {
  Deno.writeTextFileSync(`${folder}/sidecar/version.ts`, text, { append: true });
}

Deno.test("commands at once after a change build one after the other, and leave a whole program", async () => {
  await using copied = await checkout();
  for (const text of ["// one\n", "// two\n"]) {
    change(copied.folder, text);
    const builds = await Promise.all([copied.build(), copied.build(), copied.build()]);
    assert.deepEqual(builds.map(({ code }) => code), [0, 0, 0], JSON.stringify(builds));
    const { code, output } = await copied.version();
    assert.equal(code, 0, output);
    assert.ok(exists(`${copied.folder}/sidecar/dist/dock/index.html`));
  }
});

Deno.test("a program without its main file is built again", async () => {
  await using copied = await checkout();
  await copied.build();
  await Deno.remove(`${copied.folder}/sidecar/dist/main.js`);
  await copied.build();
  const { code, output } = await copied.version();
  assert.equal(code, 0, output);
});

Deno.test("a build that fails ends with 2 and says so, and leaves the program there was", async () => {
  await using copied = await checkout();
  await copied.build();
  change(copied.folder, "export const = 1;\n");
  const { code, output } = await copied.build();
  assert.equal(code, 2, output);
  assert.match(output, /version\.ts/);
  assert.match(output, /^Cannot build the program: Build failed with 1 error\. /m);
  assert.ok(!output.includes("Uncaught"), output);
  assert.equal((await copied.version()).code, 0);
});
