/** Where a secret is left after use. Linux, whose /proc shows a process's memory. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { until } from "../peers/until.ts";
import { countInMemory, formsInFiles, newCanary, placesInProcesses } from "./canary.ts";
import type { CanaryUse } from "./canary_peer.ts";

const PEER = fileURLToPath(new URL("canary_peer.ts", import.meta.url));

/** How often a secret lies in the memory of a program that used it, and where in its files. */
async function traces(use: CanaryUse): Promise<{ inMemory: number; inFiles: string[] }> {
  const folder = await Deno.makeTempDir({ prefix: "canary-" });
  const canary = newCanary();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", "--no-check", "--v8-flags=--expose-gc", PEER, folder, use],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const [input, output] = [child.stdin.getWriter(), child.stdout.getReader()];
  try {
    await input.write(new TextEncoder().encode(`${canary}\n`));
    const { value } = await output.read();
    assert.equal(new TextDecoder().decode(value), "used\n");
    return {
      inMemory: await countInMemory(child.pid, canary),
      inFiles: await formsInFiles(folder, canary),
    };
  } finally {
    await input.close();
    while (!(await output.read()).done);
    await child.status;
    await Deno.remove(folder, { recursive: true });
  }
}

function linuxTest(name: string, test: () => Promise<void>): void {
  Deno.test({ name, ignore: Deno.build.os !== "linux", fn: test });
}

linuxTest("a secret that was read, stored and used as bytes is nowhere afterwards", async () => {
  assert.deepEqual(await traces("bytes"), { inMemory: 0, inFiles: [] });
});

linuxTest("a secret that a program keeps as text is found: the search itself works", async () => {
  const { inMemory, inFiles } = await traces("kept");
  assert.ok(inMemory > 0);
  assert.deepEqual(inFiles, []);
});

linuxTest("a secret among a program's arguments or variables is found", async () => {
  const [argument, variable] = [newCanary(), newCanary()];
  const child = new Deno.Command("cat", {
    args: ["-", argument],
    env: { CANARY: variable },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  try {
    const { pid } = child;
    await until(async () => (await placesInProcesses(argument)).includes(`${pid}/cmdline`), {
      what: "the argument is found",
    });
    assert.deepEqual(await placesInProcesses(variable), [`${pid}/environ`]);
    assert.deepEqual(await placesInProcesses(newCanary()), []);
  } finally {
    await child.stdin.close();
    await child.output();
  }
});

Deno.test("a secret in a file is found in every form", async () => {
  const folder = await Deno.makeTempDir({ prefix: "canary-" });
  try {
    const canary = newCanary();
    const bytes = new TextEncoder().encode(canary);
    await Deno.mkdir(`${folder}/logs`);
    await Deno.writeTextFile(`${folder}/logs/a`, `x${canary}`);
    await Deno.writeFile(`${folder}/b`, new Uint8Array(Uint16Array.from(bytes).buffer));
    await Deno.writeTextFile(`${folder}/c`, bytes.toHex());
    await Deno.writeTextFile(`${folder}/e`, bytes.toHex().toUpperCase());
    for (const before of ["", "1", "12"]) {
      await Deno.writeTextFile(`${folder}/d${before}`, btoa(`${before}${canary}more`));
    }
    assert.deepEqual((await formsInFiles(folder, canary)).sort(), [
      "b: UTF-16",
      "c: hex",
      "d12: base64, one byte later",
      "d1: base64, two bytes later",
      "d: base64",
      "d: base64url",
      "e: HEX",
      "logs/a: UTF-8",
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
