import assert from "node:assert/strict";
import { crc32, zip } from "../../sidecar/diagnose/zip.ts";
import { counterpartTest, PYTHON } from "../counterparts.ts";
import { unzip } from "./unzip.ts";

Deno.test("the checksum is that of ZIP", () => {
  assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
  assert.equal(crc32(new Uint8Array()), 0);
});

Deno.test("a zip gives back what was put in, names in any script too", async () => {
  const text = new TextEncoder();
  const files = [
    { name: "empty.txt", data: new Uint8Array() },
    { name: "logs/配信.log", data: text.encode("line\n".repeat(10_000)) },
    { name: "b.bin", data: crypto.getRandomValues(new Uint8Array(999)) },
  ];
  const bytes = await zip(files, { modified: new Date("2026-11-23T10:20:30Z") });
  assert.ok(bytes.length < 3000);
  assert.deepEqual(await unzip(bytes), files);
});

counterpartTest("another program reads the zip", [PYTHON], async () => {
  const folder = await Deno.makeTempDir();
  try {
    const data = new TextEncoder().encode("Grüße\n");
    const modified = new Date("2026-11-23T10:20:30Z");
    await Deno.writeFile(`${folder}/a.zip`, await zip([{ name: "ä/b.txt", data }], { modified }));
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
    assert.equal(
      new TextDecoder().decode(stdout).trim(),
      "ä/b.txt (2026, 11, 23, 10, 20, 30) Grüße",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
