import assert from "node:assert/strict";
import { createObsProcessCheckLinux } from "../../sidecar/collectors/obs_process_linux.ts";
import { createObsProcessCheckWindows } from "../../sidecar/collectors/obs_process_windows.ts";

Deno.test("tells OBS on Linux by the name of its process", async () => {
  const root = await Deno.makeTempDir();
  try {
    for (const [pid, comm] of [["11", "obs\n"], ["12", "obs-ffmpeg-mux\n"], ["13", "game\n"]]) {
      await Deno.mkdir(`${root}/proc/${pid}`, { recursive: true });
      await Deno.writeTextFile(`${root}/proc/${pid}/comm`, comm ?? "");
    }
    const isObs = createObsProcessCheckLinux(root);
    assert.deepEqual([11, 12, 13, 14].map(isObs), [true, false, false, false]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("reads the real process list", { ignore: Deno.build.os !== "linux" }, () => {
  assert.equal(createObsProcessCheckLinux()(Deno.pid), false);
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
