import assert from "node:assert/strict";
import { startProcess } from "../peers/process.ts";
import { findProcesses, parseProcess, readTree } from "./process_figures.ts";

const STAT =
  "4242 (de) no (x) S 17 4242 1 0 -1 4194560 900 7 0 0 250 50 3 1 20 0 9 0 5123 900000000 9300";

Deno.test("a process is read from proc, whatever its name holds", () => {
  assert.deepEqual(
    parseProcess(STAT, "Name:\tdeno\nVmRSS:\t   38000 kB\nRssAnon:\t    9000 kB\nVmSwap:\t 0 kB\n"),
    {
      parentPid: 17,
      cpuSeconds: 3.04,
      residentBytes: 38_912_000,
      ownBytes: 9_216_000,
    },
  );
});

Deno.test("a process that has just ended holds no memory", () => {
  assert.equal(parseProcess(STAT, "Name:\tdeno\nState:\tZ (zombie)\n").residentBytes, 0);
});

Deno.test("what is no process is an error", () => {
  assert.throws(() => parseProcess("", ""), /Cannot read a process/);
  assert.throws(() => parseProcess("1 (x) S 2 3", ""), /Cannot read a process/);
});

Deno.test("a process is found below another one by its command line, and counted with it", async () => {
  const script = "sleep 3601 & sleep 3602 & echo both; wait";
  await using shell = startProcess("/bin/sh", {
    args: ["-c", script],
    env: { PATH: "/usr/bin:/bin" },
  });
  await shell.waitForOutput(/both/);
  const [found = 0, ...more] = findProcesses(shell.pid, /^sleep 3602 $/);
  assert.deepEqual(more, []);
  assert.equal(readTree(found).processes, 1);
  assert.equal(readTree(shell.pid).processes, 3);
  assert.deepEqual(findProcesses(shell.pid, /^\/bin\/sh /), []);
  for (const pid of findProcesses(shell.pid, /^sleep /)) Deno.kill(pid);
  await shell.exited;
});
