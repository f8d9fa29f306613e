/** Deno opens /proc and /sys to no program that lacks a permission, and the sidecar lacks some. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));

/** A process that the system knows by `name`, ready when this resolves. */
async function startProcessNamed(name: string): Promise<AsyncDisposable & { pid: number }> {
  const folder = await Deno.makeTempDir();
  await Deno.symlink(Deno.execPath(), `${folder}/${name}`);
  const child = new Deno.Command(`${folder}/${name}`, {
    args: ["eval", "console.log(); for await (const _ of Deno.stdin.readable);"],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const output = child.stdout.getReader();
  await output.read();
  return {
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      await child.stdin.close();
      await output.cancel();
      await child.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

Deno.test({
  name: "the collectors read /proc and /sys with the sidecar's own permissions",
  ignore: Deno.build.os !== "linux",
}, async () => {
  await using obs = await startProcessNamed("obs");
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-P=sidecar",
      "--no-prompt",
      "tests/fixtures/watch_kernel_files.ts",
      String(obs.pid),
      String(Deno.pid),
    ],
    cwd: REPOSITORY,
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const found = JSON.parse(new TextDecoder().decode(stdout));
  assert.deepEqual({ ...found, cpuTicks: found.cpuTicks > 0, loopbackMtu: found.loopbackMtu > 0 }, {
    all: false,
    areObs: [true, false],
    loopbackMtu: true,
    hasLoopback: true,
    cpuTicks: true,
    counters: true,
  });
});
