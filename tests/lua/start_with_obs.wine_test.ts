/**
 * The overlay's script in LuaJIT for Windows, beside the unpacked package. It proves that the calls
 * of Windows's own functions fit them, with every letter in a path; OBS itself is not there: what
 * the script asks of it is answered by a stand-in.
 */
import assert from "node:assert/strict";
import { PACKAGING } from "../packaging/package_set.ts";
import { unpackWindowsZip } from "../packaging/unpack_windows_zip.ts";
import { freePort } from "../peers/ports.ts";
import { until } from "../peers/until.ts";
import { wineTest } from "../peers/wine.ts";
import type { WineSession } from "../peers/wine_session.ts";
import { compileWindowsLibrary } from "../peers/windows_library.ts";
import { WINDOWS_LUAJIT, windowsLuajit } from "../peers/windows_luajit.ts";
import { GLOBAL_29, SCENES, scriptsIn } from "../setup/obs_files.ts";
import { LUA_JSON, luaLiteral } from "./luajit.ts";

const CREATE_NO_WINDOW = 0x08000000;
const LUAJIT = "Z:\\session\\luajit\\luajit.exe";
const STAND_IN = new URL("obslua_stand_in.lua", import.meta.url);
const SCRIPT = new URL("../../lua/obs_telemetry.lua", import.meta.url);

/** Notes the creation flags of each process that the script starts, and starts it. */
const PRELUDE = `${LUA_JSON}
local real, flags = require("ffi"), {}
local function create(...)
  flags[#flags + 1] = select(6, ...)
  return real.C.CreateProcessW(...)
end
package.loaded.ffi = setmetatable({
  C = setmetatable({ CreateProcessW = create }, { __index = real.C }),
}, { __index = real })
`;

/** What came of an OBS that loaded the script. */
interface Evening {
  /** What the overlay shows. */
  text: string;
  log: string[];
  /** Creation flags of the processes that were started. */
  flags: number[];
}

/** Whether a program with this in its command line runs in a Windows. */
function runs({ pid }: WineSession, program: string): boolean {
  const own = Deno.readLinkSync(`/proc/${pid}/ns/pid_for_children`);
  return [...Deno.readDirSync("/proc")].some(({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/${name}/ns/pid`) === own &&
        Deno.readTextFileSync(`/proc/${name}/cmdline`).includes(program);
    } catch {
      return false; // No process, or one that has just ended.
    }
  });
}

/** Puts LuaJIT and what stands in for OBS into a Windows. */
async function installLuajit(folder: string): Promise<void> {
  const from = await windowsLuajit();
  await Deno.mkdir(`${folder}/luajit`);
  for (const { name } of Deno.readDirSync(from)) {
    await Deno.copyFile(`${from}/${name}`, `${folder}/luajit/${name}`);
  }
  await compileWindowsLibrary("obs_stub.c", `${folder}/luajit/obs.dll`);
  await Deno.copyFile(STAND_IN, `${folder}/luajit/obslua_stand_in.lua`);
  await Deno.copyFile(SCRIPT, `${folder}/luajit/overlay.lua`);
}

wineTest(
  "the script starts the package with OBS, without a window, once, and shows what it writes",
  async (wine) => {
    await unpackWindowsZip(`${wine.folder}/Ä Programme (neu)`);
    await installLuajit(wine.folder);
    await using windows = await wine.start({ user: "Jörg Übel" });
    const lua = async (source: string, env: Record<string, string> = {}): Promise<unknown> => {
      await Deno.writeTextFile(`${wine.folder}/program.lua`, source);
      const { code, output } = await windows.run([LUAJIT, "Z:\\session\\program.lua"], { env });
      assert.equal(code, 0, output);
      return JSON.parse(output);
    };
    /** Loads the script as OBS does, and draws until the overlay shows `wanted`. */
    const evening = async (
      wanted: string,
      { env, ...settings }: { env?: Record<string, string>; [name: string]: unknown } = {},
    ): Promise<Evening> => {
      const { text, log, flags } = await lua(
        `${PRELUDE}
        local obs = dofile("Z:/session/luajit/obslua_stand_in.lua")
        obs.load("Z:/session/Ä Programme (neu)/lua/", ${
          luaLiteral({
            auto_create_source: true,
            ...settings,
          })
        })
        local text = obs.frames(${luaLiteral(wanted)}, 60)
        print(json({ text = text, log = obs.log, flags = flags }))`,
        env,
      ) as Evening;
      assert.ok(text.includes(wanted), text);
      return { text, log, flags };
    };
    const terminal = async (...args: string[]): Promise<string> => {
      const program = "Z:\\session\\Ä Programme (neu)\\obs-telemetry.exe";
      const { code, output } = await windows.run([program, ...args]);
      assert.equal(code, 0, output);
      return output;
    };
    const dataFolder = async (path: string) => {
      await Deno.mkdir(path, { recursive: true });
      await Deno.writeTextFile(`${path}/config.toml`, `[api]\nport = ${freePort()}\n`);
    };
    // A portable OBS, set up as a user does it.
    const scenes = `${wine.folder}/obs/config/obs-studio/basic/scenes/Mine.json`;
    await Deno.mkdir(`${wine.folder}/obs/config/obs-studio/basic/scenes`, { recursive: true });
    await Deno.writeTextFile(`${wine.folder}/obs/config/obs-studio/global.ini`, GLOBAL_29);
    await Deno.writeTextFile(scenes, SCENES);
    const setup = ["setup", "--yes", "--start-with-obs", "--obs", "Z:\\session\\obs"];
    assert.match(await terminal(...setup), /Start OBS: the sidecar starts with it/);
    const [script] = scriptsIn(await Deno.readTextFile(scenes));
    assert.equal(script?.path, "Z:/session/Ä Programme (neu)/lua/obs_telemetry.lua");

    const data = `${windows.appData}/OBSTelemetryBridge`;
    await dataFolder(data);

    const off = await evening("No telemetry yet.");
    assert.deepEqual([off.log, off.flags], [[], []]);
    const bridge = "C:\\users\\Jörg Übel\\AppData\\Roaming\\OBSTelemetryBridge\\bridge.json";
    assert.ok(off.text.endsWith(bridge), off.text);

    const launcher = "Z:\\session\\Ä Programme (neu)\\OBS Telemetry Bridge.exe";
    const started = { log: [`info: Started the sidecar: ${launcher}`], flags: [CREATE_NO_WINDOW] };
    const first = await evening("OBS NOT CONNECTED", script.settings);
    assert.deepEqual({ log: first.log, flags: first.flags }, started);
    const launcherEnds = () =>
      until(() => !runs(windows, "OBS Telemetry Bridge.exe"), {
        what: "the launcher has left the sidecar to itself",
      });
    await launcherEnds();
    assert.ok(runs(windows, "deno.exe"));
    const second = await evening("OBS NOT CONNECTED", { start_with_obs: true });
    assert.deepEqual([second.log, second.flags], [[], []]);
    const starts = Deno.readTextFileSync(`${data}/logs/sidecar.log`).split("data in").length - 1;
    assert.equal(starts, 1);
    await terminal("stop");

    // As programs start it that put every word into quotes.
    const quoted = await lua(`${LUA_JSON}
      local pure = dofile("Z:/session/luajit/overlay.lua")
      pure.command_line = function(words) return '"' .. table.concat(words, '" "') .. '"' end
      print(json(pure.launch("windows", ${luaLiteral([launcher, "start"])})))`);
    assert.equal(quoted, true);
    await until(() => runs(windows, "deno.exe"), { what: "the sidecar runs" });
    await launcherEnds();
    await terminal("stop");

    const missing = "Z:\\session\\gibt's nicht\\Brücke.exe";
    // Written a moment ago, it would tell of a sidecar that runs.
    await Deno.remove(`${data}/bridge.json`);
    const gone = await evening("No telemetry yet.", { start_with_obs: true, launcher: missing });
    assert.deepEqual(gone.log, [
      `warning: Cannot start the sidecar: there is no program ${missing} that can be run. ` +
      "Choose it in this script's settings.",
    ]);

    // Another folder, by the script's setting and by the environment.
    const named = "Z:/session/Daten für „OBS“ (100 %) 🎮";
    await dataFolder(named.replace("Z:/session", wine.folder));
    const other = await evening("OBS NOT CONNECTED", {
      start_with_obs: true,
      bridge_file: `${named}/bridge.json`,
    });
    assert.deepEqual(other.flags, [CREATE_NO_WINDOW]);
    await terminal("stop", "--data-dir", named);
    const env = { OBS_TELEMETRY_DATA_DIR: "Z:\\session\\Łódź 東京" };
    await dataFolder(`${wine.folder}/Łódź 東京`);
    const moved = await evening("OBS NOT CONNECTED", { start_with_obs: true, env });
    assert.deepEqual({ log: moved.log, flags: moved.flags }, started);
    await terminal("stop", "--data-dir", env.OBS_TELEMETRY_DATA_DIR);

    // By its own name alone a file is found in the current folder, which is the program's own.
    await Deno.writeTextFile(
      `${wine.folder}/luajit/probe.lua`,
      `${LUA_JSON}
      local ffi = require("ffi")
      ffi.cdef("void *GetConsoleWindow(void);")
      local file = io.open("probe.part", "w")
      file:write(json({ words = arg, window = ffi.C.GetConsoleWindow() ~= nil }))
      file:close()
      os.rename("probe.part", "probe.json")`,
    );
    const words = [LUAJIT, "probe.lua", "a b", "c\\", "D:\\"];
    const own = await lua(`${LUA_JSON}
      local ffi = require("ffi")
      local pure = dofile("Z:/session/luajit/overlay.lua")
      print(json({ platform = pure.platform(jit.os, package.config:sub(1, 1)),
        started = pure.launch("windows", ${luaLiteral(words)}),
        none = pure.environment("windows", "NO_SUCH_VARIABLE") == nil }))`);
    assert.deepEqual(own, { platform: "windows", started: true, none: true });
    const seen = await until(
      () => JSON.parse(Deno.readTextFileSync(`${wine.folder}/luajit/probe.json`)),
      { what: "the program has started" },
    );
    assert.deepEqual(seen, { words: words.slice(2), window: false });
  },
  [...PACKAGING, ...WINDOWS_LUAJIT],
);
