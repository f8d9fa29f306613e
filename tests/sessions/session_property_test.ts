/** Whatever OBS, the sidecar, the machine and its clock do: sessions that make sense. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { TrackerRig } from "./tracker_rig.ts";

const OUTPUTS = ["simple_stream", "aitum_multi_output_yt"] as const;

type Step =
  | { kind: "start" | "stop" | "reconnect" | "back" | "drop"; id: string }
  | { kind: "crash" | "answer" | "exit" | "restart" }
  | { kind: "run" | "sleep" | "jump"; seconds: number };

const steps = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constantFrom("start", "stop", "reconnect", "back", "drop"),
      id: fc.constantFrom(...OUTPUTS),
    }),
    fc.record({ kind: fc.constantFrom("crash", "answer", "exit", "restart") }),
    fc.record({
      kind: fc.constantFrom("run", "sleep", "jump"),
      seconds: fc.integer({ min: 1, max: 1200 }),
    }),
  ),
  { minLength: 1, maxLength: 60, size: "max" },
);

function act(rig: TrackerRig, step: Step): void {
  switch (step.kind) {
    case "start":
      if (rig.connected && rig.outputs.get(step.id)?.active !== true) rig.start(step.id);
      break;
    case "stop":
    case "reconnect":
    case "back":
    case "drop": {
      const output = rig.outputs.get(step.id);
      if (output === undefined || !output.active) break;
      if (step.kind === "stop") output.active = output.reconnecting = false;
      if (step.kind === "drop") output.dropped += 17;
      if (step.kind === "reconnect" && !output.reconnecting) {
        output.reconnecting = true;
        output.reconnects++;
      }
      if (step.kind === "back" && output.reconnecting) {
        output.carried.total += output.frames;
        output.carried.dropped += output.dropped;
        output.frames = output.dropped = 0;
        output.reconnecting = false;
      }
      break;
    }
    case "crash":
    case "exit":
      rig.connected = false;
      rig.exited = step.kind === "exit";
      rig.outputs.clear();
      rig.rendered =
        rig.lagged =
        rig.encoded =
        rig.skipped =
          0;
      break;
    case "answer":
      rig.connected = true;
      rig.exited = false;
      break;
    case "restart":
      if (rig.tracker.live.length > 0) rig.restart(3000);
      break;
    case "run":
      rig.run(Math.min(step.seconds, 30));
      break;
    case "sleep":
      rig.wallMs += step.seconds * 1000;
      break;
    case "jump":
      rig.wallMs += (step.seconds - 600) * 1000;
      break;
  }
  rig.look();
}

Deno.test("sessions never overlap, each begin has one end, no figure is negative", () => {
  fc.assert(
    fc.property(steps, (all) => {
      const rig = new TrackerRig();
      for (const step of all) act(rig, step as Step);
      rig.connected = true;
      for (const output of rig.outputs.values()) output.active = false;
      rig.look();

      const open = new Map<number, string | null>();
      const over = new Set<number>();
      for (const { kind, session } of rig.log) {
        if (kind === "begin") {
          assert.ok(!open.has(session.id), "a session began twice");
          assert.ok(session.kind === "evening" || !over.has(session.id), "it began after its end");
          if (session.output_id !== null) {
            const same = [...open.values()].filter((id) => id === session.output_id);
            assert.equal(same.length, 0, "two sessions of one output");
            assert.ok(session.evening_id !== null && open.has(session.evening_id), "no evening");
          }
          assert.equal(session.end_time, null);
          assert.equal(session.ended, null);
          open.set(session.id, session.output_id);
          continue;
        }
        assert.ok(open.delete(session.id), "a session ended that was not open");
        // What only could not be seen any more may turn out to have gone on.
        if (session.ended === "stopped") over.add(session.id);
        assert.ok(session.end_time !== null && session.end_time >= session.start_time);
        assert.notEqual(session.ended, null);
        for (const figure of Object.values(session)) {
          if (typeof figure === "number") assert.ok(figure >= 0, JSON.stringify(session));
        }
        assert.ok(session.dropped_frames! <= session.total_frames! + 17 * all.length);
        const worst = session.worst_minute;
        if (worst !== null) assert.ok(worst.at >= session.start_time && worst.lost_percentage > 0);
      }
      assert.equal(open.size, 0, "a session has no end");
      assert.deepEqual(rig.tracker.live, []);
    }),
    { numRuns: 300, seed: 6 },
  );
});
