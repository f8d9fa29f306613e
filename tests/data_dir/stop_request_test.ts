import assert from "node:assert/strict";
import { isInstanceLockHeld, takeInstanceLock } from "../../sidecar/data_dir/instance_lock.ts";
import { followStopRequest, requestStop } from "../../sidecar/data_dir/stop_request.ts";
import { silentLog } from "../../sidecar/log/log.ts";
import { createHeartbeat } from "../../sidecar/time/heartbeat.ts";
import { startProcess } from "../peers/process.ts";
import { sidecarArguments, startSidecarPeer } from "../peers/sidecar.ts";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "stop-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

Deno.test("a request that was meant for an earlier sidecar ends no later one", () =>
  inFolder(async (folder) => {
    const path = `${folder}/sidecar.stop`;
    await Deno.writeTextFile(path, "");
    const asked = Promise.withResolvers<void>();
    const heartbeat = createHeartbeat({ everyMs: 5, log: silentLog });
    using _follow = followStopRequest(path, { onRequest: asked.resolve, heartbeat });
    assert.equal(isThere(path), false);
    let running = true;
    void asked.promise.then(() => running = false);
    assert.equal(await requestStop(path, { isRunning: () => running }), true);
    assert.equal(isThere(path), false);
  }));

Deno.test("a sidecar that does not end leaves no request for the next one", () =>
  inFolder(async (folder) => {
    const path = `${folder}/sidecar.stop`;
    assert.equal(await requestStop(path, { isRunning: () => true, deadlineMs: 0 }), false);
    assert.equal(isThere(path), false);
  }));

Deno.test("a lock is held from taking to release, and asking leaves no file", () =>
  inFolder(async (folder) => {
    const path = `${folder}/sidecar.lock`;
    assert.equal(isInstanceLockHeld(path), false);
    assert.equal(isThere(path), false);
    const lock = takeInstanceLock(path, { version: "1.2.3", pid: 1, startedAt: new Date(0) });
    assert.equal(isInstanceLockHeld(path), true);
    lock.release();
    assert.equal(isInstanceLockHeld(path), false);
    await Promise.resolve();
  }));

Deno.test("stop ends a running sidecar cleanly, and says when there is none", () =>
  inFolder(async (home) => {
    await using sidecar = await startSidecarPeer({ home });
    const stop = () => {
      const args = sidecarArguments().map((argument) => argument === "start" ? "stop" : argument);
      return startProcess(Deno.execPath(), {
        args: [...args, "--data-dir", sidecar.dataDir],
        cwd: decodeURIComponent(new URL("../../", import.meta.url).pathname),
        env: { HOME: home, PATH: Deno.env.get("PATH") ?? "" },
      });
    };
    await using first = stop();
    assert.equal((await first.ended()).code, 0, first.output());
    assert.equal((await sidecar.process.ended()).code, 0);
    assert.equal(sidecar.bridge().health.overall, "unknown");
    await using second = stop();
    assert.equal((await second.ended()).code, 4, second.output());
    assert.match(second.output(), /No sidecar is running/);
  }));
