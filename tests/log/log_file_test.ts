import assert from "node:assert/strict";
import { openLogFile } from "../../sidecar/log/log_file.ts";

async function inTempDir(fn: (dir: string) => void): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    fn(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

function sizes(dir: string): Record<string, number> {
  const names = Array.from(Deno.readDirSync(dir), ({ name }) => name).toSorted();
  return Object.fromEntries(names.map((name) => [name, Deno.statSync(`${dir}/${name}`).size]));
}

Deno.test("adds lines to the file that is there, for this user only", () =>
  inTempDir((dir) => {
    const path = `${dir}/sidecar.log`;
    for (const line of ["one", "two"]) {
      const file = openLogFile(path);
      file.write(line, "");
      file.close();
    }
    assert.equal(Deno.readTextFileSync(path), "one\ntwo\n");
    if (Deno.build.os !== "windows") assert.equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
  }));

Deno.test("puts an error's trace behind its message", () =>
  inTempDir((dir) => {
    const file = openLogFile(`${dir}/sidecar.log`);
    file.write("It broke.", "Error: why");
    file.close();
    assert.equal(Deno.readTextFileSync(`${dir}/sidecar.log`), "It broke. | Error: why\n");
  }));

Deno.test("is bounded: full files become older ones, the oldest goes", () =>
  inTempDir((dir) => {
    const file = openLogFile(`${dir}/sidecar.log`, { maxBytes: 100 });
    for (let line = 0; line < 1000; line++) file.write(`line ${line}`.padEnd(19), "");
    file.close();
    assert.deepEqual(sizes(dir), {
      "sidecar.log": 100,
      "sidecar.log.1": 100,
      "sidecar.log.2": 100,
    });
    assert.match(Deno.readTextFileSync(`${dir}/sidecar.log`), /^line 995 /);
    assert.match(Deno.readTextFileSync(`${dir}/sidecar.log.2`), /^line 985 /);
  }));

Deno.test("counts what an earlier run wrote", () =>
  inTempDir((dir) => {
    const path = `${dir}/sidecar.log`;
    Deno.writeTextFileSync(path, "x".repeat(95));
    const file = openLogFile(path, { maxBytes: 100 });
    file.write("a new line", "");
    file.close();
    assert.deepEqual(sizes(dir), { "sidecar.log": 11, "sidecar.log.1": 95 });
  }));

Deno.test("loses lines and nothing else while it cannot be written", () =>
  inTempDir((dir) => {
    const path = `${dir}/logs/sidecar.log`;
    Deno.mkdirSync(`${dir}/logs`);
    const file = openLogFile(path, { maxBytes: 20 });
    file.write("fourteen bytes", "");
    Deno.removeSync(`${dir}/logs`, { recursive: true });
    file.write("lost, the folder is gone", "");
    Deno.mkdirSync(`${dir}/logs`);
    file.write("back", "");
    file.close();
    assert.equal(Deno.readTextFileSync(path), "back\n");
  }));

Deno.test("takes no lines once it is closed", () =>
  inTempDir((dir) => {
    const file = openLogFile(`${dir}/sidecar.log`);
    file.close();
    file.write("too late", "");
    file.close();
    assert.equal(Deno.readTextFileSync(`${dir}/sidecar.log`), "");
  }));

Deno.test("says that it cannot be written and what to do, until it can", () =>
  inTempDir((dir) => {
    const path = `${dir}/sidecar.log`;
    Deno.mkdirSync(path);
    const file = openLogFile(path);
    assert.match(
      file.problem ?? "",
      /^Cannot write the log .*sidecar\.log: .*\. .*delete what has/,
    );
    file.write("lost", "");
    assert.notEqual(file.problem, null);
    Deno.removeSync(path);
    file.write("kept", "");
    assert.equal(file.problem, null);
    file.close();
    assert.equal(Deno.readTextFileSync(path), "kept\n");
  }));
