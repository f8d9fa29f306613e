/** The built program, asked about itself. */
import assert from "node:assert/strict";
import { SUMMARIES } from "../../sidecar/cli/help.ts";
import { VERSION } from "../../sidecar/version.ts";
import { startProcess } from "../peers/process.ts";
import { sidecarArguments } from "../peers/sidecar.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

async function outcome(...args: string[]) {
  await using process = startProcess(Deno.execPath(), {
    args: [...sidecarArguments().slice(0, -1), ...args],
    cwd: ROOT,
    env: { HOME: "/nonexistent", PATH: Deno.env.get("PATH") ?? "", NO_COLOR: "1" },
  });
  const { code } = await process.ended();
  const output = process.output().split("\n").filter((line) => !line.startsWith("Warning"));
  return { code, output: output.join("\n").trim() };
}

Deno.test("without a command, or asked for help, the program lists all commands and ends with 0", async () => {
  const help = await outcome();
  assert.equal(help.code, 0);
  const lines = help.output.split("\n");
  for (const [name, what] of Object.entries(SUMMARIES)) {
    assert.equal(lines.filter((line) => line.trim().startsWith(`${name} `)).length, 1, name);
    assert.ok(help.output.includes(what));
  }
  assert.ok(lines.every((line) => line.length <= 80));
  for (const word of ["help", "--help", "-h"]) assert.deepEqual(await outcome(word), help);
  assert.deepEqual(await outcome("--version"), { code: 0, output: VERSION });
});

Deno.test("help on a command is that command's own", async () => {
  const own = await outcome("dock", "--help");
  assert.equal(own.code, 0);
  assert.deepEqual(await outcome("help", "dock"), own);
  for (const name of Object.keys(SUMMARIES)) {
    const { code, output } = await outcome("help", name);
    assert.equal(code, 0);
    assert.match(output, new RegExp(`^Usage: deno task ${name}\\b`));
  }
});

Deno.test("an unknown command names the nearest, if one is near", async () => {
  const all = ' "deno task help" lists all commands.';
  for (
    const [args, message] of [
      [["prefligth"], 'Unknown command "prefligth". Did you mean "preflight"?'],
      [["help", "doc"], 'Unknown command "doc". Did you mean "dock"?'],
      [["constructor"], 'Unknown command "constructor".'],
      [["--versoin"], 'Unknown command "--versoin".'],
    ] as const
  ) assert.deepEqual(await outcome(...args), { code: 2, output: `${message}${all}` });
});

Deno.test("the sources' tasks say the same of each command", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  for (const [name, what] of Object.entries(SUMMARIES)) {
    assert.equal(tasks[name].description, what);
    assert.ok(tasks[name].command.endsWith(` ${name}`));
  }
});
