import assert from "node:assert/strict";
import { type Libc, LIBC_CANDIDATES, openLibc } from "../../sidecar/linux/libc.ts";
import { exists } from "../exists.ts";

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

/** Bytes of this process that no file backs, from /proc/self/status (proc_pid_status(5)). */
function ownBytes(libc: Libc): number {
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(libc.readText("/proc/self/status"))?.[1]) * 1024;
}

linuxTest("gives free memory between what is in use back to the system", (libc) => {
  const path = LIBC_CANDIDATES[Deno.build.arch].find(exists);
  if (path === undefined || path.includes("musl")) return Promise.resolve();
  const library = Deno.dlopen(path, {
    malloc: { parameters: ["usize"], result: "pointer" },
    memset: { parameters: ["pointer", "i32", "usize"], result: "pointer" },
    free: { parameters: ["pointer"], result: "void" },
  });
  const c = library.symbols;
  // Too small for a mapping of its own, which free would give back (mallopt(3), M_MMAP_THRESHOLD).
  const blocks = Array.from({ length: 800 }, () => c.memset(c.malloc(50_000n), 1, 50_000n));
  const last = blocks.pop() ?? null;
  for (const block of blocks) c.free(block);
  const before = ownBytes(libc);
  libc.trimHeaps();
  const given = before - ownBytes(libc);
  c.free(last);
  library.close();
  assert.ok(given > 20e6, `${given} of 40,000,000 bytes were given back`);
  return Promise.resolve();
});
