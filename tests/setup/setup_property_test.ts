/** The promise of undo, whatever OBS's files hold and however often setup ran. */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { escapeValue } from "../../sidecar/setup/ini_places.ts";
import { GLOBAL_29 } from "./obs_files.ts";
import { createSetupRig } from "./setup_rig.ts";

const PROGRAMS = ["one", "two", "three"];

const anyDock = fc.record({
  title: fc.string(),
  uuid: fc.constantFrom("", "1", "2"),
  url: fc.constantFrom("https://chat/\\", `http://127.0.0.1:4477/#token=${"a".repeat(43)}`),
}, { requiredKeys: ["url"] });

const anyScript = fc.record({
  path: fc.constantFrom("/other.lua", "/old/obs_telemetry.lua", "HOME/two/lua/obs_telemetry.lua"),
  settings: fc.constantFrom(
    {},
    { bridge_file: "/old" },
    { start_with_obs: false, bridge_file: "HOME/data/bridge.json" },
    { start_with_obs: true, hue: 3 },
  ),
});

/** A run of setup: the program's folder, the sidecar's port, whether OBS shall start the sidecar. */
const anyRun = fc.record({
  program: fc.constantFrom(...PROGRAMS),
  port: fc.constantFrom("5001", "5002", "5003"),
  start: fc.boolean(),
});

Deno.test("after any setups in a row undo gives every byte back", async () => {
  using rig = createSetupRig();
  for (const program of PROGRAMS) {
    rig.write(`${rig.home}/${program}/lua/obs_telemetry.lua`, "-- the overlay\n");
    rig.write(`${rig.home}/${program}/obs-telemetry`, "#!/bin/sh\n");
  }
  await fc.assert(
    fc.asyncProperty(
      fc.option(fc.uniqueArray(anyDock, { maxLength: 3, selector: ({ uuid }) => uuid })),
      fc.option(fc.uniqueArray(anyScript, { maxLength: 3, selector: ({ path }) => path })),
      fc.array(anyRun, { minLength: 1, maxLength: 4 }),
      async (docks, scripts, runs) => {
        const list = docks === null
          ? ""
          : `ExtraBrowserDocks=${escapeValue(JSON.stringify(docks))}\n`;
        rig.write("global.ini", `${GLOBAL_29}\n[BasicWindow]\n${list}`);
        const scenes = scripts === null ? {} : { modules: { "scripts-tool": scripts } };
        rig.write(
          "basic/scenes/Mine.json",
          JSON.stringify(scenes, null, 1).replaceAll("HOME", rig.home),
        );
        const before = rig.files();
        for (const { program, port, start } of runs) {
          rig.dist = pathToFileURL(`${rig.home}/${program}/sidecar/dist/`);
          const flags = start ? ["--start-with-obs"] : [];
          assert.equal((await rig.run("--yes", "--port", port, ...flags)).code, 0);
        }
        assert.equal((await rig.run("--undo", "--yes")).code, 0);
        assert.deepEqual(rig.files(), before);
      },
    ),
    { numRuns: 60 },
  );
});
