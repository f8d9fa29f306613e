import assert from "node:assert/strict";
import { createLog, LOG_LEVELS, type LogLevel } from "../../sidecar/log/log.ts";

/** A log into an array; its level can be changed. */
function createRig(level: LogLevel) {
  const rig = { level, lines: [] as string[], traces: [] as string[] };
  const log = createLog({
    level: () => rig.level,
    writers: [(line, trace) => {
      rig.lines.push(line);
      rig.traces.push(trace);
    }],
    redact: (text) => text.replaceAll("geheim", "[redacted]"),
    now: () => Date.UTC(2026, 10, 22, 18, 0, 0, 7),
  });
  return { rig, log };
}

Deno.test("writes one line a message, with time and level", () => {
  const { rig, log } = createRig("trace");
  for (const level of LOG_LEVELS) log[level]("Hello.");
  assert.deepEqual(rig.lines, [
    "2026-11-22T18:00:00.007Z TRACE Hello.",
    "2026-11-22T18:00:00.007Z DEBUG Hello.",
    "2026-11-22T18:00:00.007Z INFO  Hello.",
    "2026-11-22T18:00:00.007Z WARN  Hello.",
    "2026-11-22T18:00:00.007Z ERROR Hello.",
  ]);
});

Deno.test("leaves out what is less important than the level, which may change", () => {
  const { rig, log } = createRig("warn");
  log.info("no");
  log.warn("yes");
  rig.level = "error";
  log.warn("no");
  rig.level = "debug";
  log.debug("yes");
  log.trace("no");
  assert.deepEqual(rig.lines.map((line) => line.slice(-3)), ["yes", "yes"]);
});

Deno.test("tells where an error came from, apart from the message", () => {
  const { rig, log } = createRig("info");
  log.error("It broke.", new Error("the cause"));
  log.error("It broke.", "a text");
  log.error("It broke.");
  assert.match(rig.traces[0] ?? "", /^Error: the cause {2,}at .*log_test\.ts/);
  assert.deepEqual(rig.traces.slice(1), ["a text", ""]);
});

Deno.test("takes secrets out of message and trace", () => {
  const { rig, log } = createRig("info");
  log.error("The password geheim is wrong.", new Error("geheim"));
  assert.ok(!`${rig.lines}${rig.traces}`.includes("geheim"));
  assert.match(rig.lines[0] ?? "", /The password \[redacted\] is wrong\./);
});

Deno.test("makes one line of a message with line ends", () => {
  const { rig, log } = createRig("info");
  log.info("one\r\ntwo\n2026-11-22T18:00:00.007Z ERROR forged");
  assert.equal(rig.lines.length, 1);
  assert.doesNotMatch(rig.lines[0] ?? "", /[\r\n]/);
});
