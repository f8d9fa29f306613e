import assert from "node:assert/strict";
import { counterpartTest, LUAJIT } from "../counterparts.ts";
import { until } from "../peers/until.ts";
import { luaLiteral, runLua } from "./luajit.ts";

counterpartTest(
  "a package's program is looked for beside the script's folder",
  [LUAJIT],
  async () => {
    const launcher = (platform: string, folder: string) =>
      runLua(`return pure.default_launcher("${platform}", ${luaLiteral(folder)})`);
    assert.equal(await launcher("linux", "/opt/bridge/lua/"), "/opt/bridge/obs-telemetry");
    assert.equal(await launcher("macos", "/Zoë/lua"), "/Zoë/obs-telemetry");
    assert.equal(
      await launcher("windows", "C:/My Programs/bridge/lua/"),
      "C:\\My Programs\\bridge\\OBS Telemetry Bridge.exe",
    );
  },
);

counterpartTest("the data directory is named where it is not the usual one", [LUAJIT], async () => {
  const words = (file: string, usual: string) =>
    runLua(`return pure.launch_words("x", ${luaLiteral(file)}, ${luaLiteral(usual)})`);
  assert.deepEqual(await words("C:/u/bridge.json", "C:\\u\\bridge.json"), ["x", "start"]);
  assert.deepEqual(await words("/d e/bridge.json", "/u/bridge.json"), [
    ...["x", "start", "--data-dir", "/d e"],
  ]);
  assert.deepEqual(await words("/d/other.json", "/u/bridge.json"), ["x", "start"]);
});

counterpartTest("a sidecar that writes is not started again", [LUAJIT], async () => {
  const now = 1_790_000_000_000;
  for (const [written, expected] of [[now - 500, true], [now - 5000, false], [null, false]]) {
    const source = `return pure.is_written_now(${luaLiteral(written)}, ${now})`;
    assert.equal(await runLua(source), expected);
  }
});

counterpartTest(
  "Windows's structures have their size, and words the quotes that they need",
  [LUAJIT],
  async () => {
    assert.deepEqual(
      await runLua(`
      local ffi = require("ffi")
      ffi.cdef(pure.WINDOWS_DECLARATIONS)
      local startup = "obs_telemetry_startup"
      return { ffi.sizeof(startup), ffi.offsetof(startup, "show"), ffi.offsetof(startup, "handles"),
        ffi.sizeof("obs_telemetry_process") }`),
      // STARTUPINFOW: wShowWindow at 64, lpReserved2 at 72, 104 bytes; PROCESS_INFORMATION: 24.
      [104, 64, 72, 24],
    );
    assert.equal(
      await runLua(`return pure.command_line({ "C:\\\\a b\\\\c.exe", "--data-dir", "D:\\\\" })`),
      '"C:\\a b\\c.exe" --data-dir D:\\',
    );
    assert.equal(
      await runLua(`return pure.command_line({ "C:\\\\c.exe", "start", "D:\\\\a b\\\\", "" })`),
      'C:\\c.exe start "D:\\a b\\\\" ""',
    );
  },
);

counterpartTest(
  "a program is started apart, without a terminal and with all words",
  [LUAJIT],
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "launch-" });
    try {
      const program = `${folder}/zoë's program`;
      const seen = `${folder}/seen`;
      await Deno.writeTextFile(
        program,
        `#!/bin/sh\n{ printf '%s\\n' "$@"; readlink /proc/$$/fd/0 /proc/$$/fd/1; ` +
          `cut -d' ' -f6 /proc/$$/stat; } > '${seen}.tmp'\nmv '${seen}.tmp' '${seen}'\nsleep 60 & ` +
          `echo $! > '${seen}.pid'\nwait\n`,
        { mode: 0o755 },
      );
      const started = await runLua(
        `return { pure.launch("linux", ${luaLiteral([program, "start", 'a "b" $HOME'])}),
        pure.launch("linux", { ${luaLiteral(`${folder}/none`)} }) }`,
      );
      assert.deepEqual(started, [true, false]);
      const [first, second, input, ...rest] = (await until(
        () => Deno.readTextFileSync(seen),
        { what: "the program has started" },
      )).trim().split("\n");
      assert.deepEqual([first, second, input], ["start", 'a "b" $HOME', "/dev/null"]);
      const ownSession = Deno.readTextFileSync("/proc/self/stat").split(" ")[5];
      assert.notEqual(rest.at(-1), ownSession);
      const pid = await until(() => Number(Deno.readTextFileSync(`${seen}.pid`)), {
        what: "its child is known",
      });
      Deno.kill(pid);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
