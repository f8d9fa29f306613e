import assert from "node:assert/strict";
import { counterpartTest, LUAJIT } from "../counterparts.ts";
import { luaLiteral, runLua } from "./luajit.ts";

async function path(platform: string, env: Record<string, string>): Promise<unknown> {
  return await runLua(`
    local env = ${luaLiteral(env)}
    return pure.default_path("${platform}", function(name) return env[name] end)`);
}

counterpartTest("the default path is the sidecar's on every platform", [LUAJIT], async () => {
  assert.equal(
    await path("windows", { APPDATA: "C:\\Users\\Jörg\\AppData\\Roaming" }),
    "C:\\Users\\Jörg\\AppData\\Roaming\\OBSTelemetryBridge\\bridge.json",
  );
  assert.equal(
    await path("macos", { HOME: "/Users/ann" }),
    "/Users/ann/Library/Application Support/OBSTelemetryBridge/bridge.json",
  );
  assert.equal(
    await path("linux", { HOME: "/home/ann" }),
    "/home/ann/.config/obs-telemetry-bridge/bridge.json",
  );
  assert.equal(
    await path("linux", { HOME: "/home/ann", XDG_CONFIG_HOME: "/cfg" }),
    "/cfg/obs-telemetry-bridge/bridge.json",
  );
  assert.equal(
    await path("linux", { HOME: "/home/ann", XDG_CONFIG_HOME: "" }),
    "/home/ann/.config/obs-telemetry-bridge/bridge.json",
  );
});

counterpartTest("a data folder named in the environment wins", [LUAJIT], async () => {
  const env = { HOME: "/home/ann", APPDATA: "C:\\A", OBS_TELEMETRY_DATA_DIR: "D" };
  assert.equal(await path("linux", env), "D/bridge.json");
  assert.equal(await path("macos", env), "D/bridge.json");
  assert.equal(await path("windows", env), "D\\bridge.json");
});

counterpartTest("inside Flatpak and Snap the path is the one outside", [LUAJIT], async () => {
  const flatpak = {
    HOME: "/home/ann",
    XDG_CONFIG_HOME: "/home/ann/.var/app/com.obsproject.Studio/config",
    FLATPAK_ID: "com.obsproject.Studio",
  };
  assert.equal(await path("linux", flatpak), "/home/ann/.config/obs-telemetry-bridge/bridge.json");
  assert.equal(
    await path("linux", { ...flatpak, HOST_XDG_CONFIG_HOME: "/cfg" }),
    "/cfg/obs-telemetry-bridge/bridge.json",
  );
  const snap = {
    HOME: "/home/ann/snap/obs-studio/1",
    SNAP_REAL_HOME: "/home/ann",
    SNAP: "/snap/obs-studio/1",
    XDG_CONFIG_HOME: "/home/ann/snap/obs-studio/1/.config",
  };
  assert.equal(await path("linux", snap), "/home/ann/.config/obs-telemetry-bridge/bridge.json");
});

counterpartTest("the platform is told from LuaJIT's name or the path separator", [
  LUAJIT,
], async () => {
  const platforms = await runLua(`return {
    pure.platform("Windows", "\\\\"), pure.platform("OSX", "/"), pure.platform("Linux", "/"),
    pure.platform(nil, "\\\\"), pure.platform("BSD", "/") }`);
  assert.deepEqual(platforms, ["windows", "macos", "linux", "windows", "linux"]);
});
