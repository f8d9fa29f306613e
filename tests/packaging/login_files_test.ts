/** The files that Linux and macOS start the sidecar by at login, read by real readers. */
import assert from "node:assert/strict";
import { entryText } from "../../sidecar/autostart/entry_text.ts";
import { type Counterpart, counterpartTest, debian, PYTHON } from "../counterparts.ts";

const FOLDER = new URL("../../sidecar/packaging/unix/", import.meta.url);
/** Not everywhere there is a systemd. */
const SYSTEMD: Counterpart = {
  ...debian("systemd", "/usr/bin/systemd-analyze", "systemd"),
  optional: true,
};

/** A property list as Python reads it. */
async function readPlist(text: string): Promise<Record<string, unknown>> {
  const source = "import json, plistlib, sys\n" +
    "print(json.dumps(plistlib.load(sys.stdin.buffer, fmt=plistlib.FMT_XML)))";
  const child = new Deno.Command("/usr/bin/python3", {
    args: ["-c", source],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

counterpartTest("launchd's files are property lists that start the sidecar at login", [
  PYTHON,
], async () => {
  const packaged = await readPlist(
    await Deno.readTextFile(new URL("obs-telemetry-bridge.plist", FOLDER)),
  );
  const program = '"$HOME/.local/share/obs-telemetry-bridge/obs-telemetry"';
  const rest = { Label: "obs-telemetry-bridge", RunAtLoad: true, ProcessType: "Background" };
  assert.deepEqual(packaged, {
    ...rest,
    ProgramArguments: ["/bin/sh", "-c", `exec ${program} start`],
  });
  const words = ['/Zoë\'s <b> & "c"/obs-telemetry', "start", "--data-dir", "/]]> 日本 🎮"];
  assert.deepEqual(await readPlist(entryText(words, { os: "darwin" })), {
    ...rest,
    ProgramArguments: words,
  });
});

counterpartTest("systemd takes the packaged unit, once its program is there", [
  SYSTEMD,
], async () => {
  const home = await Deno.makeTempDir({ prefix: "unit-" });
  try {
    const units = `${home}/.config/systemd/user`;
    const programs = `${home}/.local/share/obs-telemetry-bridge`;
    await Deno.mkdir(units, { recursive: true });
    const unit = `${units}/obs-telemetry-bridge.service`;
    await Deno.copyFile(new URL("obs-telemetry-bridge.service", FOLDER), unit);
    const verify = async () => {
      const { code, stderr } = await new Deno.Command("/usr/bin/systemd-analyze", {
        args: ["--user", "verify", unit],
        clearEnv: true,
        env: { HOME: home, XDG_RUNTIME_DIR: home, PATH: "/usr/bin:/bin" },
        stdout: "null",
        stderr: "piped",
      }).output();
      return { code, said: new TextDecoder().decode(stderr) };
    };
    const missing = await verify();
    assert.ok(missing.said.includes(`${programs}/obs-telemetry`), missing.said);
    await Deno.mkdir(programs, { recursive: true });
    await Deno.writeTextFile(`${programs}/obs-telemetry`, "#!/bin/sh\n", { mode: 0o755 });
    assert.deepEqual(await verify(), { code: 0, said: "" });
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
