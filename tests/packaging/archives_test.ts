import assert from "node:assert/strict";
import { denoFlags } from "../../sidecar/packaging/deno_flags.ts";
import { plainFile, programFile } from "../../sidecar/packaging/package_file.ts";
import { readTar } from "../../sidecar/packaging/read_tar.ts";
import { stableGuid } from "../../sidecar/packaging/stable_guid.ts";
import { writeTar } from "../../sidecar/packaging/write_tar.ts";
import { sidecarArguments } from "../peers/sidecar.ts";

const FILES = [
  plainFile("README.txt", "Grüße\r\n"),
  programFile("bin/start", "#!/bin/sh\n"),
  plainFile("empty", ""),
  plainFile("exactly-a-block", new Uint8Array(512).fill(7)),
];
const OPTIONS = { folder: "über", timeS: Date.UTC(2026, 0, 2, 3, 4, 6) / 1000 };

Deno.test("a tar archive gives back what was put in, and tar reads it", async () => {
  const tar = writeTar(FILES, OPTIONS);
  assert.deepEqual(
    readTar(tar),
    new Map(FILES.map(({ path, bytes }) => [`über/${path}`, bytes])),
  );
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeFile(`${folder}/a.tar`, tar);
    const { success } = await new Deno.Command("tar", { args: ["xf", "a.tar"], cwd: folder })
      .output();
    assert.ok(success);
    const stat = await Deno.stat(`${folder}/über/bin/start`);
    assert.equal((stat.mode ?? 0) & 0o777, 0o755);
    assert.equal(stat.mtime?.getTime(), OPTIONS.timeS * 1000);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a name that a tar archive cannot hold is an error, not a shorter name", () => {
  assert.throws(
    () => writeTar([plainFile("x".repeat(101), "")], OPTIONS),
    /is too long for a tar archive/,
  );
});

Deno.test("packages run with the permissions of deno task start, and look nothing up", async () => {
  const { permissions } = JSON.parse(
    await Deno.readTextFile(new URL("../../deno.json", import.meta.url)),
  );
  const flags = denoFlags(permissions.sidecar);
  for (const flag of ["--no-config", "--no-npm", "--no-remote", "--no-prompt"]) {
    assert.ok(flags.includes(flag), flag);
  }
  assert.ok(flags.includes("--allow-run=deno"));
  assert.ok(!flags.includes("--allow-all") && !flags.includes("--allow-env"));
  const v8 = (list: readonly string[]) => list.filter((flag) => flag.startsWith("--v8-flags"));
  assert.deepEqual(v8(flags), v8(sidecarArguments()));
  assert.deepEqual(
    denoFlags({ read: true, write: false, env: ["A", "B"] }).filter((f) => f.startsWith("--allow")),
    ["--allow-read", "--allow-env=A,B"],
  );
});

Deno.test("a GUID is the same for the same text, and as MSI wants it", async () => {
  const guid = await stableGuid("a");
  assert.equal(await stableGuid("a"), guid);
  assert.notEqual(await stableGuid("b"), guid);
  assert.match(guid, /^[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/);
});
