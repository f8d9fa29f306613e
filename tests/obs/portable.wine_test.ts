/**
 * A portable OBS on Windows, which nobody named: it is found by the place of its program. Another
 * program stands in for OBS's process, and a simulated OBS for its server.
 */
import { startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import { systemClock } from "../../sidecar/time/clock.ts";
import { copyDist } from "../peers/copy_dist.ts";
import { freePort } from "../peers/ports.ts";
import { until } from "../peers/until.ts";
import { wineTest } from "../peers/wine.ts";

const DENO = "Z:\\deno\\deno.exe";
const OBS_FOLDER = "Z:\\session\\stick\\OBS Ünïcode\\bin\\64bit";
const PROGRAM = `${OBS_FOLDER}\\obs64.exe`;
/** Puts a program in OBS's place. */
const MAKE_PROGRAM = `Deno.mkdirSync(${JSON.stringify(OBS_FOLDER)}, { recursive: true });` +
  `Deno.copyFileSync(Deno.execPath(), ${JSON.stringify(PROGRAM)});`;
/** What it does: it is there until a file is. */
const RUN_PROGRAM = `for (;;) { try { Deno.statSync("Z:\\\\session\\\\end"); break; } ` +
  `catch { await new Promise((resolve) => setTimeout(resolve, 100)); } }`;

wineTest("a portable OBS that runs on Windows is found in any folder", async (wine) => {
  const password = "made for the stick";
  const obs = await startSimulatedObs({ clock: systemClock, password });
  try {
    await copyDist(`${wine.folder}/dist`);
    const root = `${wine.folder}/stick/OBS Ünïcode/config/obs-studio/plugin_config/obs-websocket`;
    await Deno.mkdir(root, { recursive: true });
    await Deno.writeTextFile(
      `${root}/config.json`,
      JSON.stringify({ server_enabled: true, server_port: obs.port, server_password: password }),
    );
    await using windows = await wine.start();
    await windows.run([DENO, "eval", MAKE_PROGRAM]);
    const program = windows.run([PROGRAM, "eval", RUN_PROGRAM]);
    const main = [DENO, "run", "-A", "--no-config", "Z:\\session\\dist\\main.js"];
    const data = ["--data-dir", "Z:\\session\\data"];
    const sidecar = windows.run([...main, "start", ...data, "--port", String(freePort())]);
    await until(
      () => JSON.parse(Deno.readTextFileSync(`${wine.folder}/data/bridge.json`)).obs.connected,
      { what: "the sidecar is connected to OBS", withinMs: 60_000 },
    );
    await Deno.writeTextFile(`${wine.folder}/end`, "");
    await windows.run([...main, "stop", ...data]);
    await Promise.all([program, sidecar]);
  } finally {
    await obs.close();
  }
});
