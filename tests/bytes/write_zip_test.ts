import assert from "node:assert/strict";
import { deflateRawSync } from "node:zlib";
import { writeZip } from "../../sidecar/bytes/write_zip.ts";
import { counterpartTest, PYTHON } from "../counterparts.ts";
import { readZip } from "./read_zip.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const FILES = [
  { name: "empty.txt", data: new Uint8Array() },
  { name: "logs/配信.log", data: encode("line\n".repeat(10_000)) },
  { name: "b.bin", data: crypto.getRandomValues(new Uint8Array(999)) },
];
const OPTIONS = { timeS: Date.UTC(2026, 0, 2, 3, 4, 6) / 1000 };

Deno.test("a zip gives back what was put in, names in any script too", async () => {
  const zip = await writeZip(FILES, OPTIONS);
  assert.ok(zip.length < 3000);
  assert.deepEqual(readZip(zip), new Map(FILES.map(({ name, data }) => [name, data])));
  assert.deepEqual(await writeZip(FILES, OPTIONS), zip);
  // APPNOTE: date 2026-01-02, time 03:04:06 in two-second steps.
  const view = new DataView(zip.buffer);
  assert.equal(view.getUint16(12, true), ((2026 - 1980) << 9) | (1 << 5) | 2);
  assert.equal(view.getUint16(10, true), (3 << 11) | (4 << 5) | 3);
});

Deno.test("a zip may be packed in another way, and gives back the same", async () => {
  const stored = await writeZip(FILES, {
    ...OPTIONS,
    deflate: (data) => deflateRawSync(data, { level: 0 }),
  });
  assert.ok(stored.length > 50_000);
  assert.deepEqual(readZip(stored), new Map(FILES.map(({ name, data }) => [name, data])));
});

counterpartTest("another program reads the zip", [PYTHON], async () => {
  const folder = await Deno.makeTempDir();
  try {
    const data = encode("Grüße\n");
    await Deno.writeFile(`${folder}/a.zip`, await writeZip([{ name: "ä/b.txt", data }], OPTIONS));
    const { success, stdout } = await new Deno.Command("/usr/bin/python3", {
      args: [
        "-c",
        "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; " +
        "i = z.infolist()[0]; print(i.filename, i.date_time, z.read(i).decode())",
        `${folder}/a.zip`,
      ],
      env: { PYTHONIOENCODING: "utf-8" },
    }).output();
    assert.ok(success);
    assert.equal(new TextDecoder().decode(stdout).trim(), "ä/b.txt (2026, 1, 2, 3, 4, 6) Grüße");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
