/** The built sidecar on a disk that is full or takes no writes. */
import assert from "node:assert/strict";
import type { Telemetry } from "../shared/telemetry.ts";
import type { PeerProcess } from "./peers/process.ts";
import { freePort } from "./peers/ports.ts";
import { sidecarArguments } from "./peers/sidecar.ts";
import { diskTest, type SmallDisk } from "./peers/small_disk.ts";
import { until } from "./peers/until.ts";

const ROOT = decodeURIComponent(new URL("../", import.meta.url).pathname);

/** Starts the program, as `deno task` does. */
function run(disk: SmallDisk, args: string[]): PeerProcess {
  const deno = [Deno.execPath(), ...sidecarArguments().slice(0, -1), ...args];
  return disk.start("/bin/sh", {
    args: ["-c", 'cd "$1" && shift && exec "$@"', "run", ROOT, ...deno],
    env: { HOME: "/nonexistent", PATH: Deno.env.get("PATH") ?? "", NO_COLOR: "1" },
  });
}

async function outcome(disk: SmallDisk, args: string[]) {
  await using process = run(disk, args);
  const { code } = await process.ended();
  const lines = process.output().split("\n").filter((line) => !line.startsWith("Warning"));
  return { code, output: lines.join("\n").trim() };
}

function startSidecar(disk: SmallDisk, port: number): PeerProcess {
  return run(disk, ["start", "--data-dir", disk.path, "--port", String(port)]);
}

function bridgeOf({ seen }: SmallDisk): Telemetry {
  return JSON.parse(Deno.readTextFileSync(`${seen}/bridge.json`));
}

async function answer({ seen }: SmallDisk, port: number): Promise<Telemetry> {
  const token = Deno.readTextFileSync(`${seen}/api-token`).trim();
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/telemetry`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return await response.json();
}

/** What the dock shows of the sidecar's own trouble, once that matches. */
function untilTold(disk: SmallDisk, { port, pattern }: { port: number; pattern: RegExp }) {
  return until(async () => {
    const { sequence, health } = await answer(disk, port);
    const told = health.alerts.map(({ message }) => message).join("\n");
    return pattern.test(told) && { sequence, told };
  }, { what: `the dock tells ${pattern}` });
}

async function untilWritten(disk: SmallDisk, { after }: { after: number }): Promise<void> {
  await until(() => bridgeOf(disk).sequence > after, {
    what: "bridge.json is written again",
    withinMs: 5000,
  });
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}

diskTest(
  "a disk that fills up is told once, and all goes on 5 s after there is space",
  async (disk) => {
    const port = freePort();
    await using sidecar = startSidecar(disk, port);
    await sidecar.waitForOutput(/The API is at/);
    await until(() => bridgeOf(disk).sequence > 2, { what: "bridge.json is written" });
    await disk.fill();
    const { sequence } = await untilTold(disk, {
      port,
      pattern: /Cannot write .*bridge\.json: .*\. The disk is full: make some space on it\./,
    });
    await untilTold(disk, { port, pattern: /The history waits, for the disk is full/ });
    const kept = bridgeOf(disk).sequence;
    await until(async () => (await answer(disk, port)).sequence > sequence + 10, {
      what: "ten more snapshots are made",
    });
    assert.equal(bridgeOf(disk).sequence, kept);
    assert.equal(count(sidecar.output(), /disk is full/g), 2, sidecar.output());
    await disk.free();
    await untilWritten(disk, { after: kept });
    await sidecar.waitForOutput(/The history is written again/);
    await sidecar.waitForOutput(/works again/);
    assert.equal(count(sidecar.output(), /works again/g), 1);
  },
);

diskTest("a start on a full disk works where all was there before", async (disk) => {
  const port = freePort();
  {
    await using first = startSidecar(disk, port);
    await first.waitForOutput(/The API is at/);
    await until(() => bridgeOf(disk).sequence > 2, { what: "bridge.json is written" });
  }
  const { sequence: kept } = bridgeOf(disk);
  await disk.fill();
  await using sidecar = startSidecar(disk, port);
  await sidecar.waitForOutput(/The API is at/);
  const { told } = await untilTold(disk, { port, pattern: /bridge\.json: .*The disk is full/ });
  assert.match(told, /No history is kept, .* free space/);
  assert.equal(bridgeOf(disk).sequence, kept);
  await disk.free();
  await untilWritten(disk, { after: kept });
  await sidecar.waitForOutput(/The history is kept again/);
});

diskTest(
  "a first start on a full disk ends with 2, says why and leaves no half files",
  async (disk) => {
    await disk.fill();
    const port = freePort();
    const { code, output } = await outcome(disk, [
      ...["start", "--data-dir", disk.path, "--port", String(port)],
    ]);
    assert.equal(code, 2, output);
    assert.match(output.split("\n").at(-1) ?? "", /api-token: .*The disk is full: make some space/);
    const names = Array.from(Deno.readDirSync(disk.seen), ({ name }) => name).sort();
    assert.deepEqual(names, ["filler", "logs", "sidecar.lock"]);
    await disk.free();
    await using sidecar = startSidecar(disk, port);
    await sidecar.waitForOutput(/The API is at/);
    assert.match(Deno.readTextFileSync(`${disk.seen}/config.toml`), /# bridge_update_rate = 500/);
  },
);

diskTest(
  "a disk that takes no writes ends the start with 2, and nothing runs there",
  async (disk) => {
    await disk.makeReadOnly();
    for (const command of ["start", "dock", "vault list"]) {
      const { code, output } = await outcome(disk, [
        ...command.split(" "),
        ...["--data-dir", disk.path],
      ]);
      assert.equal(code, 2, output);
      assert.match(
        output,
        /^Cannot write to the data directory .*The disk is read-only: .* --data-dir DIR\.$/,
      );
    }
    const stop = await outcome(disk, ["stop", "--data-dir", disk.path]);
    assert.deepEqual(stop, { code: 4, output: "No sidecar is running." });
  },
);

diskTest(
  "a disk that becomes read-only is told, and stop says what is left to do",
  async (disk) => {
    const port = freePort();
    await using sidecar = startSidecar(disk, port);
    await sidecar.waitForOutput(/The API is at/);
    await until(() => bridgeOf(disk).sequence > 2, { what: "bridge.json is written" });
    await disk.makeReadOnly();
    await untilTold(disk, { port, pattern: /bridge\.json: .*The disk is read-only/ });
    const { sequence: kept } = bridgeOf(disk);
    const stop = await outcome(disk, ["stop", "--data-dir", disk.path]);
    assert.equal(stop.code, 2);
    assert.match(stop.output, /Cannot write .*sidecar\.stop: .*End the sidecar with Ctrl-C/);
    await disk.makeWritable();
    await untilWritten(disk, { after: kept });
    assert.deepEqual(await outcome(disk, ["stop", "--data-dir", disk.path]), {
      code: 0,
      output: "The sidecar has ended.",
    });
    await sidecar.ended();
  },
);
