import assert from "node:assert/strict";
import { createObsProcessCheckLinux } from "../../sidecar/obs/obs_process_linux.ts";
import { createObsProcessCheckWindows } from "../../sidecar/obs/obs_process_windows.ts";

Deno.test("tells OBS on Linux by the name of its process", () => {
  const files = new Map([
    ["/proc/11/comm", "obs\n"],
    ["/proc/12/comm", "obs-ffmpeg-mux\n"],
    ["/proc/13/comm", "game\n"],
  ]);
  const isObs = createObsProcessCheckLinux({
    readText(path) {
      const text = files.get(path);
      if (text === undefined) throw new Error(`Cannot open ${path}`);
      return text;
    },
  });
  assert.deepEqual([11, 12, 13, 14].map(isObs), [true, false, false, false]);
});

Deno.test("tells OBS on Windows by the name of its program", () => {
  const programs = new Map([[1, "obs64.exe"], [2, "OBS32.EXE"], [3, "obs64.exe.bak"], [
    4,
    "a.exe",
  ]]);
  const isObs = createObsProcessCheckWindows({
    programName: (pid) => programs.get(pid) ?? null,
  });
  assert.deepEqual([1, 2, 3, 4, 5].map(isObs), [true, true, false, false, false]);
});
