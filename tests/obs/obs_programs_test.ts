import assert from "node:assert/strict";
import { parseObsCommandLine } from "../../sidecar/obs/command_line.ts";
import { lookOnLinux, portableRootOf } from "../../sidecar/obs/look_for_programs.ts";
import { createObsPrograms, type ObsProgram } from "../../sidecar/obs/obs_programs.ts";

const OBS = { port: null, password: null, portableRoot: null };

function proc(processes: Record<string, { status: string; cmdline?: string }>) {
  return {
    list: () => ["self", "version", ...Object.keys(processes), "99"],
    readText(path: string): string {
      const [, , pid = "", file] = path.split("/");
      if (pid === "self") return "Name:\tdeno\nState:\tR (running)\nUid:\t1000\t1000\n";
      const process = processes[pid];
      if (process === undefined) throw new Error("gone");
      return file === "cmdline" ? process.cmdline ?? "" : process.status;
    },
  };
}

function status(uid: number, { state = "S (sleeping)", name = "obs" } = {}): string {
  return `Name:\t${name}\nUmask:\t0022\nState:\t${state}\nUid:\t${uid}\t${uid}\n`;
}

Deno.test("finds this user's OBS among the processes, and neither another's nor a dead one", () => {
  const found = lookOnLinux(proc({
    "5": { status: status(1000), cmdline: "/usr/bin/obs\0--websocket_port\x004460\0" },
    "6": { status: status(1001) },
    "7": { status: status(1000, { state: "Z (zombie)" }) },
    "8": { status: status(1000, { name: "obs-ffmpeg-mux" }) },
  }));
  assert.deepEqual(found, [{ ...OBS, pid: 5, port: 4460 }]);
});

Deno.test("reads what OBS was started with: with = or a space, the last one, and only if it fits", () => {
  const read = (...args: string[]) => parseObsCommandLine(["obs", ...args]);
  assert.deepEqual(read("--multi"), { port: null, password: null });
  assert.deepEqual(read("--websocket_port=4460", "--websocket_password", "a=b c"), {
    port: 4460,
    password: "a=b c",
  });
  assert.equal(read("--websocket_port", "4460", "--websocket_port=4470").port, 4470);
  for (const wrong of ["0", "65536", "x", ""]) {
    assert.equal(read(`--websocket_port=${wrong}`).port, null);
  }
  assert.deepEqual(read("--websocket_password=", "--websocket_port"), {
    port: null,
    password: null,
  });
});

Deno.test("a portable OBS keeps its settings beside its program's folder", () => {
  assert.equal(
    portableRootOf("D:\\My OBS\\bin\\64bit\\obs64.exe"),
    "D:\\My OBS\\config\\obs-studio",
  );
  assert.equal(portableRootOf("d:\\obs\\BIN\\64Bit\\OBS64.EXE"), "d:\\obs\\config\\obs-studio");
  assert.equal(portableRootOf("C:\\Tools\\obs64.exe"), null);
});

Deno.test("looks every ten seconds at most, and takes an OBS for settled at the second look", () => {
  let nowMs = 0;
  let looks = 0;
  let programs: ObsProgram[] = [];
  const running = createObsPrograms({
    look() {
      looks++;
      return programs;
    },
    clock: { monotonic: () => nowMs },
  });
  assert.deepEqual(running(), { programs: [], isSettled: false });
  programs = [{ ...OBS, pid: 5 }];
  nowMs = 9_999;
  assert.deepEqual(running().programs, []);
  nowMs = 10_000;
  assert.deepEqual(running(), { programs, isSettled: false });
  nowMs = 20_000;
  assert.equal(running().isSettled, true);
  programs = [{ ...OBS, pid: 6 }];
  nowMs = 30_000;
  assert.equal(running().isSettled, false);
  assert.equal(looks, 4);
});

Deno.test("an OBS that was last seen before a connection that ended now may be closing", () => {
  let nowMs = 0;
  const programs: ObsProgram[] = [{ ...OBS, pid: 5 }];
  const running = createObsPrograms({ look: () => programs, clock: { monotonic: () => nowMs } });
  running();
  nowMs = 3 * 3_600_000;
  assert.deepEqual(running(), { programs, isSettled: false });
  nowMs += 10_000;
  assert.equal(running().isSettled, true);
});

Deno.test("knows of none where the system does not tell", () => {
  const running = createObsPrograms({
    look() {
      throw new Error("no /proc");
    },
    clock: { monotonic: () => 0 },
  });
  assert.deepEqual(running(), { programs: [], isSettled: false });
});
