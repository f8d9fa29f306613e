/** The built command on Linux, and what it wrote, started as a desktop starts it. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { freePort } from "../peers/ports.ts";
import { startProcess } from "../peers/process.ts";
import { sidecarArguments } from "../peers/sidecar.ts";
import { until } from "../peers/until.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

Deno.test({
  name: "autostart is turned on and off, twice each, and starts a sidecar",
  ignore: Deno.build.os !== "linux",
}, async () => {
  const home = await Deno.makeTempDir({ prefix: "autostart-" });
  const entry = `${home}/.config/autostart/obs-telemetry-bridge.desktop`;
  const run = async (...args: string[]) => {
    await using process = startProcess(Deno.execPath(), {
      args: [...sidecarArguments().slice(0, -1), "autostart", ...args],
      cwd: ROOT,
      env: { HOME: home, PATH: Deno.env.get("PATH") ?? "", NO_COLOR: "1", INIT_CWD: home },
    });
    const { code } = await process.ended();
    return { code, output: process.output() };
  };
  try {
    assert.equal((await run("status")).code, 1);
    const dry = await run("on", "--dry-run");
    assert.match(dry.output, /Would write .*\n\[Desktop Entry\]/);
    await assert.rejects(Deno.stat(entry), Deno.errors.NotFound);
    const data = `${home}/my $HOME "data" 100%`;
    assert.equal((await run("on", "--data-dir", data)).code, 0);
    const text = await Deno.readTextFile(entry);
    assert.match((await run("on", "--data-dir", data)).output, /already/);
    const status = await run("status");
    assert.equal(status.code, 0);
    assert.ok(status.output.includes(text.trim()));

    await Deno.mkdir(data);
    await Deno.writeTextFile(`${data}/config.toml`, `[api]\nport = ${freePort()}\n`);
    const [program = "", ...args] = execWords(text);
    await using sidecar = startProcess(program, { args, cwd: "/", env: { HOME: home } });
    await until(() => Deno.statSync(`${data}/bridge.json`).isFile, { what: sidecar.output() });
    await sidecar.stop();

    assert.match((await run("off", "--dry-run")).output, /Would remove/);
    assert.equal((await run("off")).code, 0);
    await assert.rejects(Deno.stat(entry), Deno.errors.NotFound);
    assert.match((await run("off")).output, /does not start at login/);
    assert.equal((await run("maybe")).code, 2);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

/** The Exec key's words as the Desktop Entry Specification reads them. */
function execWords(text: string): string[] {
  const line = (/^Exec=(.*)$/m.exec(text)?.[1] ?? "").replaceAll("\\\\", "\\");
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) =>
    (quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "").replaceAll("%%", "%")
  );
}
