import assert from "node:assert/strict";
import { readmeText } from "../../sidecar/packaging/readme_text.ts";
import { exists } from "../exists.ts";

const FOLDER = new URL("../../sidecar/packaging/unix/", import.meta.url);

/** Does what README.txt says of a start at login in an empty home, up to the system's own command. */
async function follow(os: "linux" | "macos", check: (home: string) => void): Promise<void> {
  const commands = readmeText({ os }, "1.2.3").split("\n")
    .filter((line) => /^ {2}(mkdir|cp) /.test(line));
  const home = await Deno.makeTempDir({ prefix: "home-" });
  try {
    const { success, stderr } = await new Deno.Command("/bin/sh", {
      args: ["-ec", commands.join("\n")],
      cwd: FOLDER,
      env: { HOME: home },
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    check(home);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

Deno.test({
  name: "README.txt's start at login works in a home that never had one",
  ignore: Deno.build.os === "windows",
  async fn() {
    await follow("linux", (home) => {
      assert.ok(exists(`${home}/.config/systemd/user/obs-telemetry-bridge.service`));
    });
    await follow("macos", (home) => {
      assert.ok(exists(`${home}/Library/LaunchAgents/obs-telemetry-bridge.plist`));
    });
  },
});
