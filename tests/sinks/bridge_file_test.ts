import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type BridgeFileSystem, createBridgeFile } from "../../sidecar/sinks/bridge_file.ts";
import type { Snapshot } from "../../sidecar/sinks/sink.ts";
import { exampleTelemetry } from "../api/example_telemetry.ts";
import { FakeTime } from "../fake_time.ts";
import { startProcess } from "../peers/process.ts";

function snapshot(text: string): Snapshot {
  return { telemetry: exampleTelemetry(), json: new TextEncoder().encode(text) };
}

async function inTempDir(fn: (dir: string) => void | Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await fn(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

function names(dir: string): string[] {
  return Array.from(Deno.readDirSync(dir), ({ name }) => name).toSorted();
}

/** A file system in memory that fails as the test wants. */
function createFaultyFiles() {
  const files = new Map<string, string>();
  const faults: { write: Error | null; renames: (Error | null)[] } = { write: null, renames: [] };
  const fileSystem: BridgeFileSystem = {
    writeFile(path, data) {
      if (faults.write !== null) {
        // A full disk takes the beginning.
        files.set(path, new TextDecoder().decode(data.subarray(0, 3)));
        throw faults.write;
      }
      files.set(path, new TextDecoder().decode(data));
    },
    makeFolder() {},
    rename(from, to) {
      const fault = faults.renames.shift() ?? null;
      if (fault !== null) throw fault;
      const text = files.get(from);
      if (text === undefined) throw new Deno.errors.NotFound(from);
      files.delete(from);
      files.set(to, text);
    },
    remove(path) {
      if (!files.delete(path)) throw new Deno.errors.NotFound(path);
    },
  };
  return { files, faults, fileSystem };
}

const DISK_FULL = new Error("No space left on device (os error 28)");
const DENIED = new Deno.errors.PermissionDenied("Access is denied. (os error 5)");
const SHARED = new Error("The process cannot access the file. (os error 32)");

Deno.test("replaces the file whole and leaves nothing beside it", async () => {
  await inTempDir(async (dir) => {
    const sink = createBridgeFile(`${dir}/bridge.json`);
    await sink.write(snapshot('{"a":1}'));
    await sink.write(snapshot('{"a":2}'));
    assert.equal(Deno.readTextFileSync(`${dir}/bridge.json`), '{"a":2}');
    assert.deepEqual(names(dir), ["bridge.json"]);
  });
});

Deno.test("keeps the old content for a reader that has the file open", async () => {
  await inTempDir(async (dir) => {
    const sink = createBridgeFile(`${dir}/bridge.json`);
    await sink.write(snapshot("old"));
    using reader = await Deno.open(`${dir}/bridge.json`);
    await sink.write(snapshot("new"));
    const buffer = new Uint8Array(10);
    const length = await reader.read(buffer);
    assert.equal(new TextDecoder().decode(buffer.subarray(0, length ?? 0)), "old");
  });
});

Deno.test("is for this user only, also in a folder that others may read", async () => {
  if (Deno.build.os === "windows") return;
  await inTempDir(async (dir) => {
    await Deno.chmod(dir, 0o755);
    await createBridgeFile(`${dir}/bridge.json`).write(snapshot("x"));
    assert.equal((Deno.statSync(`${dir}/bridge.json`).mode ?? 0) & 0o777, 0o600);
  });
});

Deno.test("makes its folder anew, for this user only, when somebody deleted it", async () => {
  await inTempDir(async (dir) => {
    const folder = `${dir}/data`;
    await Deno.mkdir(folder);
    const sink = createBridgeFile(`${folder}/bridge.json`);
    await sink.write(snapshot("before"));
    await Deno.remove(folder, { recursive: true });
    await sink.write(snapshot("after"));
    assert.equal(Deno.readTextFileSync(`${folder}/bridge.json`), "after");
    if (Deno.build.os !== "windows") {
      assert.equal((Deno.statSync(folder).mode ?? 0) & 0o777, 0o700);
    }
  });
});

Deno.test("says that the folder's parent is gone too, and works again when it is back", async () => {
  await inTempDir(async (dir) => {
    const folder = `${dir}/drive/data`;
    const sink = createBridgeFile(`${folder}/bridge.json`);
    assert.throws(
      () => sink.write(snapshot("x")),
      /^Error: Cannot write .*bridge\.json: .*The overlay keeps its last figures\. Check the disk's/,
    );
    await Deno.mkdir(`${dir}/drive`);
    await sink.write(snapshot("back"));
    assert.equal(Deno.readTextFileSync(`${folder}/bridge.json`), "back");
  });
});

Deno.test("says that something else has the file's name, and takes its own file away", async () => {
  await inTempDir((dir) => {
    Deno.mkdirSync(`${dir}/bridge.json`);
    const sink = createBridgeFile(`${dir}/bridge.json`);
    assert.throws(() => sink.write(snapshot("x")), /Cannot write/);
    assert.deepEqual(names(dir), ["bridge.json"]);
  });
});

Deno.test("keeps the old file while the disk is full, and goes on once it is not", () => {
  const { files, faults, fileSystem } = createFaultyFiles();
  const sink = createBridgeFile("bridge.json", { fileSystem });
  sink.write(snapshot("whole old one"));
  faults.write = DISK_FULL;
  assert.throws(() => sink.write(snapshot("never seen")), /No space left on device/);
  assert.deepEqual([...files], [["bridge.json", "whole old one"]]);
  faults.write = null;
  sink.write(snapshot("new one"));
  assert.deepEqual([...files], [["bridge.json", "new one"]]);
});

Deno.test("tries again for a few ms on Windows while somebody has the file open", async () => {
  const { files, faults, fileSystem } = createFaultyFiles();
  const sink = createBridgeFile("bridge.json", { fileSystem, os: "windows" });
  using time = new FakeTime().install();
  faults.renames = [DENIED, SHARED, DENIED, null];
  const written = sink.write(snapshot("in the end"));
  await time.pass(7);
  await written;
  assert.deepEqual([...files], [["bridge.json", "in the end"]]);
});

Deno.test("skips a snapshot on Windows while somebody keeps the file open, and says so", async () => {
  const { files, faults, fileSystem } = createFaultyFiles();
  const sink = createBridgeFile("bridge.json", { fileSystem, os: "windows" });
  sink.write(snapshot("old"));
  using time = new FakeTime().install();
  faults.renames = Array.from({ length: 5 }, () => DENIED);
  const skipped = assert.rejects(
    async () => await sink.write(snapshot("skipped")),
    /Access is denied/,
  );
  await time.pass(15);
  await skipped;
  assert.deepEqual([...files], [["bridge.json", "old"]]);
  sink.write(snapshot("next"));
  assert.deepEqual([...files], [["bridge.json", "next"]]);
});

Deno.test("does not try again where the file cannot be written at all", () => {
  const { faults, fileSystem } = createFaultyFiles();
  faults.write = DENIED;
  const onWindows = createBridgeFile("bridge.json", { fileSystem, os: "windows" });
  assert.throws(() => onWindows.write(snapshot("x")), /Access is denied/);
  faults.write = null;
  faults.renames = [DENIED];
  const onLinux = createBridgeFile("bridge.json", { fileSystem, os: "linux" });
  assert.throws(() => onLinux.write(snapshot("x")), /Access is denied/);
});

Deno.test("is never read torn or backwards by another process", async () => {
  await inTempDir(async (dir) => {
    const path = `${dir}/bridge.json`;
    const sink = createBridgeFile(path);
    let sequence = 0;
    const write = () => {
      const padding = "x".repeat(++sequence % 3000);
      return sink.write(snapshot(JSON.stringify({ sequence, padding })));
    };
    await write();
    const reader = fileURLToPath(import.meta.resolve("./bridge_reader.ts"));
    await using child = startProcess(Deno.execPath(), {
      args: ["run", "--quiet", "--no-config", `--allow-read=${dir}`, reader, path],
    });
    let reading = true;
    void child.exited.then(() => reading = false);
    while (reading) {
      for (let burst = 0; burst < 20; burst++) await write();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assert.deepEqual(JSON.parse(child.output()), { torn: 0, backwards: 0 });
  });
});
