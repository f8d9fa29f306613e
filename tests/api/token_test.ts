import assert from "node:assert/strict";
import { openToken } from "../../sidecar/api/token.ts";

async function withFolder(fn: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await fn(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function mode(path: string): Promise<number> {
  return ((await Deno.stat(path)).mode ?? 0) & 0o777;
}

Deno.test("makes a 256-bit token that only the user can read, and keeps it", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/api-token`;
    const token = await openToken(path);
    assert.match(token.value(), /^[A-Za-z0-9_-]{43}$/);
    assert.equal((await Deno.readTextFile(path)).trim(), token.value());
    if (Deno.build.os !== "windows") assert.equal(await mode(path), 0o600);
    assert.equal((await openToken(path)).value(), token.value());
    assert.deepEqual([...Deno.readDirSync(folder)].map((entry) => entry.name), ["api-token"]);
  });
});

Deno.test("makes a new token where the file is empty, short, long or no text", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/api-token`;
    const broken = [
      "",
      "short",
      "A".repeat(42),
      "A".repeat(44),
      `${"A".repeat(42)}=`,
      `${"A".repeat(42)} `,
    ];
    const seen = new Set<string>();
    for (const text of broken) {
      await Deno.writeTextFile(path, text);
      const token = await openToken(path);
      assert.match(token.value(), /^[A-Za-z0-9_-]{43}$/);
      assert.ok(!seen.has(token.value()));
      seen.add(token.value());
    }
    await Deno.writeFile(path, crypto.getRandomValues(new Uint8Array(60_000)));
    assert.match((await openToken(path)).value(), /^[A-Za-z0-9_-]{43}$/);
  });
});

Deno.test("takes a file's rights away from others", async () => {
  if (Deno.build.os === "windows") return;
  await withFolder(async (folder) => {
    const path = `${folder}/api-token`;
    await openToken(path);
    await Deno.chmod(path, 0o644);
    await openToken(path);
    assert.equal(await mode(path), 0o600);
  });
});

Deno.test("knows the valid token from others of every length", async () => {
  await withFolder(async (folder) => {
    const token = await openToken(`${folder}/api-token`);
    const value = token.value();
    assert.equal(await token.matches(value), true);
    for (const other of ["", value.slice(1), `${value}A`, `${value}\n`, value.toLowerCase()]) {
      if (other !== value) assert.equal(await token.matches(other), false);
    }
  });
});

Deno.test("obeys another process's rotation at once", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/api-token`;
    const [sidecar, command] = [await openToken(path), await openToken(path)];
    const old = sidecar.value();
    await command.rotate();
    assert.notEqual(command.value(), old);
    assert.equal(await sidecar.matches(old), false);
    assert.equal(await sidecar.matches(command.value()), true);
    assert.equal(await sidecar.refresh(), false);
  });
});

Deno.test("keeps its token while the file is missing or broken", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/api-token`;
    const token = await openToken(path);
    const value = token.value();
    await Deno.writeTextFile(path, "half");
    assert.equal(await token.matches(value), true);
    await Deno.remove(path);
    assert.equal(await token.matches(value), true);
    assert.equal(await token.matches("half"), false);
  });
});

Deno.test("a rotation wins over a check that began before it", async () => {
  await withFolder(async (folder) => {
    const token = await openToken(`${folder}/api-token`);
    const old = token.value();
    const checks = [token.refresh(), token.rotate(), token.refresh()];
    await Promise.all(checks);
    assert.notEqual(token.value(), old);
    assert.equal(await token.matches(old), false);
  });
});

Deno.test("says what to do where the token cannot be written, and keeps the old one", async () => {
  await withFolder(async (folder) => {
    await assert.rejects(openToken(`${folder}/missing/api-token`), {
      name: "CannotRunError",
      message: /missing\/api-token: .*\. Make its folder writable\.$/,
    });
    const path = `${folder}/api-token`;
    const token = await openToken(path);
    const old = token.value();
    await Deno.remove(path);
    await Deno.mkdir(path);
    await assert.rejects(token.rotate(), /Cannot write the API's token/);
    await assert.rejects(openToken(path), {
      name: "CannotRunError",
      message: /^Cannot read the API's token from .*: .*\. Make it readable, or delete it\.$/,
    });
    assert.equal(token.value(), old);
  });
});
