import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import {
  createLinuxSystemSource,
  parseMeminfo,
  parseProcStat,
} from "../../sidecar/collectors/system_linux.ts";
import { LIBC_CANDIDATES, openLibc, parseStatvfs } from "../../sidecar/linux/libc.ts";

const ROOT = fileURLToPath(new URL("../fixtures/proc_desktop", import.meta.url));
const linux = Deno.build.os === "linux";

Deno.test("processor time counts waiting for a disk as idle and guests once", () => {
  const text = Deno.readTextFileSync(`${ROOT}/proc/stat`);
  assert.deepEqual(parseProcStat(text), { busy: 6500, total: 100_000 });
});

Deno.test("processor time of a kernel without the newer columns is read", () => {
  assert.deepEqual(parseProcStat("cpu  10 0 20 70\n"), { busy: 30, total: 100 });
});

Deno.test("a damaged /proc/stat gives null", () => {
  for (
    const text of [
      "",
      "cpu\n",
      "cpu  1 2 3\n",
      "cpu  1 2 x 4\n",
      "cpu  -1 2 3 4\n",
      "cpu0 1 2 3 4 5\n",
      "cpu  NaN 1 1 1\n",
      "intr 1 2 3 4\n",
    ]
  ) assert.equal(parseProcStat(text), null, JSON.stringify(text));
});

Deno.test("memory is read in KiB", () => {
  const text = Deno.readTextFileSync(`${ROOT}/proc/meminfo`);
  assert.deepEqual(parseMeminfo(text), { total: 32 * 2 ** 30, available: 24 * 2 ** 30 });
});

Deno.test("a damaged /proc/meminfo gives null", () => {
  for (
    const text of [
      "",
      "MemTotal: 100 kB\n",
      "MemAvailable: 100 kB\n",
      "MemTotal: 100\nMemAvailable: 50 kB\n",
      "MemTotal: -1 kB\nMemAvailable: 50 kB\n",
      "XMemTotal: 100 kB\nMemAvailable: 50 kB\n",
    ]
  ) assert.equal(parseMeminfo(text), null, JSON.stringify(text));
});

Deno.test("no text makes the parsers throw or give a figure that is not a number", () => {
  const noise = fc.array(
    fc.constantFrom("cpu ", "MemTotal:", "MemAvailable:", " kB", "\n", " 7", "x"),
  );
  fc.assert(fc.property(noise, (pieces) => {
    const text = pieces.join("");
    const values = [parseProcStat(text), parseMeminfo(text)].flatMap((v) => Object.values(v ?? {}));
    assert.ok(values.every(Number.isFinite), text);
  }));
});

Deno.test("free blocks are those of an unprivileged user, in fragments", () => {
  const bytes = new Uint8Array(112);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, 1n << 20n, true); // f_bsize
  view.setBigUint64(8, 4096n, true); // f_frsize
  view.setBigUint64(24, 2n ** 40n, true); // f_bfree
  view.setBigUint64(32, 2n ** 36n, true); // f_bavail
  assert.equal(parseStatvfs(bytes), 2 ** 48);
});

Deno.test({ name: "the C library reads files under another root", ignore: !linux }, () => {
  const libc = openLibc();
  try {
    const source = createLinuxSystemSource({ libc, root: ROOT });
    assert.deepEqual(source.cpuTimes(), { busy: 6500, total: 100_000 });
    assert.deepEqual(source.memory(), { total: 32 * 2 ** 30, available: 24 * 2 ** 30 });
    const lost = createLinuxSystemSource({ libc, root: `${ROOT}/none` });
    assert.throws(() => lost.cpuTimes(), /Cannot open .*none\/proc\/stat: it is missing/);
  } finally {
    libc.close();
  }
});

Deno.test({ name: "a file larger than the buffer is read whole", ignore: !linux }, async () => {
  const folder = await Deno.makeTempDir();
  const libc = openLibc();
  try {
    const text = "0123456789abcdef".repeat(5000) + "é";
    await Deno.writeTextFile(`${folder}/large`, text);
    assert.ok(libc.readText(`${folder}/large`) === text);
    await Deno.writeTextFile(`${folder}/empty`, "");
    assert.equal(libc.readText(`${folder}/empty`), "");
    assert.throws(() => libc.readText(folder), /Cannot read/);
  } finally {
    libc.close();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test(
  { name: "this machine's figures agree with the system's own", ignore: !linux },
  async () => {
    const libc = openLibc();
    try {
      const source = createLinuxSystemSource({ libc });
      const cpu = source.cpuTimes()!;
      const after = parseProcStat(await Deno.readTextFile("/proc/stat"))!;
      assert.ok(cpu.total > 0 && cpu.busy <= cpu.total && cpu.total <= after.total);

      const { total } = parseMeminfo(await Deno.readTextFile("/proc/meminfo"))!;
      assert.equal(source.memory()!.total, total);

      const folder = await Deno.makeTempDir();
      try {
        const { stdout } = await new Deno.Command("df", {
          args: ["--block-size=1", "--output=avail", folder],
        }).output();
        const expected = Number(new TextDecoder().decode(stdout).trim().split("\n").at(-1));
        const free = (await source.diskFreeBytes(`${folder}/not/made/yet`))!;
        // Other programs write meanwhile.
        assert.ok(Math.abs(free - expected) < 2 ** 30, `${free} is far from ${expected}`);
      } finally {
        await Deno.remove(folder);
      }
      assert.equal(await source.diskFreeBytes("relative"), null);
    } finally {
      libc.close();
    }
  },
);

Deno.test("a C library that is nowhere is named with all places tried", () => {
  assert.throws(
    () => openLibc({ paths: ["/none/libc.so.6", "/none/musl.so"] }),
    /Cannot load the C library from any of \/none\/libc\.so\.6, \/none\/musl\.so: allow it/,
  );
  assert.ok(Object.values(LIBC_CANDIDATES).every((paths) => paths.at(-1) === "libc.so.6"));
});
