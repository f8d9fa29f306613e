import assert from "node:assert/strict";
import { type Libc, openLibc } from "../../sidecar/linux/libc.ts";

/** A test with the C library and an empty folder. */
function linuxTest(name: string, fn: (libc: Libc, folder: string) => Promise<void>): void {
  Deno.test({ name, ignore: Deno.build.os !== "linux" }, async () => {
    const libc = openLibc();
    const folder = await Deno.makeTempDir();
    try {
      await fn(libc, folder);
    } finally {
      libc.close();
      await Deno.remove(folder, { recursive: true });
    }
  });
}

linuxTest("reads a file beside the program, whatever its length", async (libc, folder) => {
  const path = `${folder}/ünïcode`;
  for (const text of ["", "37\n", "ü".repeat(2048), "€".repeat(5000), "x".repeat(4096)]) {
    await Deno.writeTextFile(path, text);
    assert.equal(await libc.readTextBeside(path), text);
  }
});

linuxTest("cuts a file that is larger than anything it is meant for", async (libc, folder) => {
  await Deno.writeTextFile(`${folder}/endless`, "x".repeat((1 << 20) + 5000));
  assert.equal((await libc.readTextBeside(`${folder}/endless`)).length, 1 << 20);
});

linuxTest("says which file cannot be opened or read", async (libc, folder) => {
  const opening = new RegExp(
    `^Error: Cannot open ${folder}/none: it is missing or may not be read$`,
  );
  await assert.rejects(libc.readTextBeside(`${folder}/none`), opening);
  assert.throws(() => libc.readText(`${folder}/none`), opening);
  await assert.rejects(libc.readTextBeside(folder), new RegExp(`^Error: Cannot read ${folder}$`));
});

linuxTest("a device that keeps a read waiting stops nothing else", async (libc, folder) => {
  const path = `${folder}/device`;
  const { success } = await new Deno.Command("mkfifo", { args: [path] }).output();
  assert.ok(success);
  using device = await Deno.open(path, { read: true, write: true });
  const reading = libc.readTextBeside(path);
  assert.equal(libc.readText("/proc/self/comm"), libc.readText(`/proc/${Deno.pid}/comm`));
  await device.write(new TextEncoder().encode("54000\n"));
  assert.equal(await reading, "54000\n");
});

linuxTest("gives back every file it opened", async (libc, folder) => {
  await Deno.writeTextFile(`${folder}/file`, "1");
  const openFiles = () => [...Deno.readDirSync("/proc/self/fd")].length;
  const before = openFiles();
  for (let i = 0; i < 20; i++) {
    libc.readText(`${folder}/file`);
    await libc.readTextBeside(`${folder}/file`);
    await assert.rejects(libc.readTextBeside(folder));
  }
  assert.equal(openFiles(), before);
});
