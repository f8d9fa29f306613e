import assert from "node:assert/strict";
import OBSWebSocket from "obs-websocket-js/json";
import { createEvening } from "../../sidecar/demo/evening.ts";
import { createFiveOutputs } from "../../sidecar/demo/five_outputs.ts";
import { EVENING_OUTPUTS, PHASES } from "../../sidecar/demo/phases.ts";
import { SendQueue } from "../../sidecar/demo/send_queue.ts";
import { type SimulatedObs, startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";

const EVENING_MS = PHASES.reduce((sum, { seconds }) => sum + seconds * 1000, 0);
const STEP_MS = 50;

function fakeClock() {
  const time = { ms: 0 };
  return { time, clock: { now: () => time.ms, monotonic: () => time.ms } };
}

/** A test with a simulated OBS that nobody need connect to. */
function obsTest(name: string, fn: (obs: SimulatedObs) => void | Promise<void>): void {
  Deno.test(name, async () => {
    const obs = await startSimulatedObs();
    try {
      await fn(obs);
    } finally {
      await obs.close();
    }
  });
}

/** Every count there is, by name. */
function counts(obs: SimulatedObs): Record<string, number> {
  const { stats, outputs } = obs.state;
  const all: Record<string, number> = {
    lagged: stats.renderSkippedFrames,
    rendered: stats.renderTotalFrames,
    skipped: stats.outputSkippedFrames,
    encoded: stats.outputTotalFrames,
    disk: stats.availableDiskSpace,
    cpu: stats.cpuUsage,
  };
  for (const { name, bytes, droppedFrames, totalFrames, congestion } of outputs) {
    Object.assign(all, {
      [`${name} bytes`]: bytes,
      [`${name} dropped`]: droppedFrames,
      [`${name} frames`]: totalFrames,
      [`${name} congestion`]: congestion,
    });
  }
  return all;
}

/** What each phase added to each count, falls (a new start, a reconnect) left out. */
function liveThrough(obs: SimulatedObs, seed: number): Map<string, Map<string, number>> {
  const evening = createEvening({ obs, clock: fakeClock().clock, seed });
  const added = new Map(PHASES.map(({ name }) => [name, new Map<string, number>()]));
  let before = counts(obs);
  for (let ms = 0; ms < EVENING_MS; ms += STEP_MS) {
    evening.step(STEP_MS);
    const after = counts(obs);
    const phase = added.get(evening.phase.name);
    for (const [name, value] of Object.entries(after)) {
      assert.ok(Number.isFinite(value) && value >= 0, `${name} is ${value} at ${ms} ms`);
      const growth = Math.max(0, value - (before[name] ?? 0));
      phase?.set(name, (phase.get(name) ?? 0) + growth);
    }
    before = after;
  }
  return added;
}

function phasesWith(added: Map<string, Map<string, number>>, count: string): string[] {
  return [...added].filter(([, counts]) => (counts.get(count) ?? 0) > 0).map(([name]) => name);
}

for (const seed of [1, 2, 3]) {
  obsTest(`keeps the three faults apart all evening (seed ${seed})`, (obs) => {
    const added = liveThrough(obs, seed);
    const { twitch, youtube, recording, replay } = EVENING_OUTPUTS;
    const network = ["The upload weakens", "Network dip"];
    assert.deepEqual(phasesWith(added, `${twitch} dropped`), network);
    assert.deepEqual(phasesWith(added, `${youtube} dropped`), network);
    assert.deepEqual(phasesWith(added, "skipped"), ["Encoder overload"]);
    assert.deepEqual(phasesWith(added, "lagged"), ["GPU too busy"]);
    assert.deepEqual(phasesWith(added, `${recording} dropped`), []);
    assert.deepEqual(phasesWith(added, `${replay} bytes`), []);
    const share = (phase: string, part: string, whole: string) =>
      (added.get(phase)?.get(part) ?? 0) / (added.get(phase)?.get(whole) ?? 1);
    const dip = share("Network dip", `${twitch} dropped`, `${twitch} frames`);
    assert.ok(dip > 0.2 && dip < 0.9, `${dip} of the frames are lost in the dip`);
    const skipped = share("Encoder overload", "skipped", "encoded");
    assert.ok(skipped > 0.15 && skipped < 0.25, `${skipped} of the frames are skipped`);
    const lagged = share("GPU too busy", "lagged", "rendered");
    assert.ok(lagged > 0.15 && lagged < 0.25, `${lagged} of the frames lag`);
  });
}

obsTest("streams at the bitrates and the frame rate that are set", (obs) => {
  const added = liveThrough(obs, 1).get("All well");
  const kbps = (name: string) => (added?.get(`${name} bytes`) ?? 0) * 8 / 1000 / 45;
  const { twitch, youtube, recording } = EVENING_OUTPUTS;
  for (const [name, expected] of [[twitch, 6160], [youtube, 8160], [recording, 16_000]] as const) {
    assert.ok(Math.abs(kbps(name) / expected - 1) < 0.02, `${name} runs at ${kbps(name)}`);
    const frames = added?.get(`${name} frames`) ?? 0;
    assert.ok(Math.abs(frames - 45 * 60) <= 1, `${name} has ${frames} frames`);
  }
});

obsTest("goes live, breaks once, ends, and begins anew", (obs) => {
  const evening = createEvening({ obs, clock: fakeClock().clock });
  const seen: string[] = [];
  const look = () => {
    const stream = obs.state.outputs.find(({ name }) => name === EVENING_OUTPUTS.twitch);
    const { phase: { name } } = evening;
    const state = stream?.reconnecting ? "reconnecting" : stream?.active ? "live" : "off";
    if (!seen.at(-1)?.endsWith(`: ${state}`)) seen.push(`${name}: ${state}`);
  };
  look();
  for (let ms = 0; ms < EVENING_MS + 20_000; ms += STEP_MS) {
    evening.step(STEP_MS);
    look();
  }
  assert.deepEqual(seen, [
    "Before going live: off",
    "Going live: live",
    "Connection to Twitch lost: reconnecting",
    "Connection to Twitch lost: live",
    "Wrapping up: off",
    "Going live: live",
  ]);
});

obsTest("is the same evening for the same seed, and another for another", async (obs) => {
  const states: string[] = [];
  for (const seed of [7, 7, 8]) {
    const other = await startSimulatedObs();
    const evening = createEvening({ obs: other, clock: fakeClock().clock, seed });
    evening.step(70_000);
    states.push(JSON.stringify(other.state));
    await other.close();
  }
  assert.equal(states[0], states[1]);
  assert.notEqual(states[0], states[2]);
  assert.equal(obs.connections.accepted, 0);
});

obsTest("shortens the phases and not the seconds when it goes faster", (obs) => {
  const { clock, time } = fakeClock();
  const evening = createEvening({ obs, clock, speed: 4 });
  for (time.ms = 100; time.ms <= 10_000; time.ms += 100) evening.advance();
  assert.equal(evening.phase.name, "All well");
  assert.equal(obs.state.stats.renderTotalFrames, 600);
});

obsTest("skips what a sleep of the machine took", (obs) => {
  const { clock, time } = fakeClock();
  const evening = createEvening({ obs, clock });
  time.ms = 8 * 3_600_000;
  evening.advance();
  assert.equal(obs.state.stats.renderTotalFrames, 600);
});

obsTest("goes on when a client stops an output or OBS comes back from a crash", async (obs) => {
  const evening = createEvening({ obs, clock: fakeClock().clock });
  evening.step(60_000);
  obs.stopOutput(EVENING_OUTPUTS.twitch);
  evening.step(60_000);
  await obs.crash();
  await obs.restart();
  evening.step(2 * EVENING_MS);
  assert.ok(obs.state.stats.renderTotalFrames >= 2 * 60 * EVENING_MS / 1000 - 1);
});

Deno.test("drops nothing while the line takes what the encoder makes", () => {
  const queue = new SendQueue();
  const span = { seconds: 0.05, fps: 60, bitrateKbps: 6000, capacityKbps: 6000 };
  let bytes = 0;
  for (let i = 0; i < 200; i++) {
    const result = queue.run(span);
    assert.equal(result.dropped, 0);
    assert.ok(result.congestion < 1e-6);
    bytes += result.bytes;
  }
  assert.equal(bytes, 7_500_000);
});

Deno.test("drops B-frames from 700 ms of queue on, P-frames only from 900 ms", () => {
  const queue = new SendQueue();
  const dead = { seconds: 0.05, fps: 60, bitrateKbps: 6000, capacityKbps: 0 };
  const drops: number[] = [];
  for (let i = 0; i < 40; i++) {
    const { dropped, congestion, bytes } = queue.run(dead);
    assert.equal(bytes, 0);
    assert.ok(congestion <= 1);
    drops.push(dropped);
  }
  const first = drops.findIndex((dropped) => dropped > 0);
  assert.equal(first, 14, "nothing is dropped up to 14 spans of 50 ms");
  assert.equal(drops[first], 30, "all 30 B-frames of 750 ms go at once");
  const whole = drops.reduce((sum, dropped) => sum + dropped, 0);
  assert.ok(whole > 80 && whole <= 120, `${whole} of 120 frames are dropped on a dead line`);
});

Deno.test("moves five outputs on only when a client asks, by the clock", async () => {
  const { clock, time } = fakeClock();
  const obs = await startSimulatedObs({ clock });
  const client = new OBSWebSocket();
  try {
    const five = createFiveOutputs({ obs, clock });
    await client.connect(obs.url);
    time.ms = 10_000;
    assert.ok(obs.state.outputs.every(({ bytes }) => bytes === 0));
    const { outputs } = await client.call("GetOutputList");
    const active = outputs.filter(({ outputActive }) => outputActive);
    assert.equal(active.filter(({ outputKind }) => outputKind === "rtmp_output").length, 5);
    const stream = await client.call("GetStreamStatus");
    assert.equal(stream.outputBytes, 6160 * 125 * 10);
    assert.equal(stream.outputTotalFrames, 600);
    assert.equal(stream.outputSkippedFrames, 0);

    obs.reconnectOutput("adv_stream");
    time.ms = 11_000;
    assert.equal((await client.call("GetStreamStatus")).outputBytes, 6160 * 125);

    five.stop();
    time.ms = 20_000;
    const stopped = await client.call("GetStreamStatus");
    assert.deepEqual([stopped.outputActive, stopped.outputBytes], [false, 6160 * 125]);
  } finally {
    await obs.close();
    await client.disconnect();
  }
});
