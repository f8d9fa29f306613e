import assert from "node:assert/strict";
import { type Follow, type FollowOptions, RefusedError } from "../../dock/client.ts";
import { createLink, type Link, type LinkState } from "../../dock/models/link.ts";
import type { ConfigEvent } from "../../shared/api.ts";
import { BUILD_ID } from "../../shared/build_id.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import { exampleTelemetry } from "../api/example_telemetry.ts";
import { exampleReport } from "./example_preflight.ts";
import { FakeTimers, settle } from "./fake_timers.ts";

/** A connection that the test ends, breaks or feeds. */
interface Connection extends FollowOptions {
  end(): void;
  fail(error: Error): void;
}

function settings(changes: Partial<ConfigEvent> = {}): ConfigEvent {
  return { build: BUILD_ID, tick_ms: 500, theme: "dark", version: "", ...changes };
}

/** Begins every stream with its settings, as a sidecar of this or another build does. */
class Sidecar {
  build = BUILD_ID;
  readonly timers = new FakeTimers();
  readonly connections: Connection[] = [];
  readonly link: Link;

  constructor({ random = (): number => 0, build = BUILD_ID } = {}) {
    this.build = build;
    const follow: Follow = (options) =>
      new Promise((end, fail) => {
        options.signal.addEventListener("abort", () => fail(options.signal.reason));
        this.connections.push({ ...options, end, fail });
        this.send("config", settings({ build: this.build }));
      });
    this.link = createLink({ follow, timers: this.timers, now: this.timers.now, random });
  }

  get connection(): Connection {
    const last = this.connections.at(-1);
    assert.ok(last);
    return last;
  }

  get kind(): LinkState["kind"] {
    return this.link.state.value.kind;
  }

  send(name: string, data: unknown): void {
    this.connection.onEvent({ name, id: "", data: JSON.stringify(data) });
  }

  snapshot(sequence: number, changes: Partial<Telemetry> = {}): void {
    this.send(
      "telemetry",
      exampleTelemetry({ sequence, written_at_ms: this.timers.now(), ...changes }),
    );
  }
}

Deno.test("is live as soon as a snapshot comes", () => {
  const sidecar = new Sidecar();
  assert.equal(sidecar.kind, "connecting");
  sidecar.send("config", settings());
  assert.equal(sidecar.kind, "connecting");
  sidecar.snapshot(1);
  assert.equal(sidecar.kind, "live");
  assert.equal(sidecar.link.telemetry.value?.sequence, 1);
  sidecar.link.close();
});

Deno.test("is stale after 1.5 s without an event, and connects again", async () => {
  const sidecar = new Sidecar();
  sidecar.snapshot(1);
  await sidecar.timers.pass(1499);
  assert.equal(sidecar.kind, "live");
  await sidecar.timers.pass(1);
  assert.equal(sidecar.kind, "stale");
  assert.equal(sidecar.connection.signal.aborted, true);
  assert.equal(sidecar.link.telemetry.value?.sequence, 1);
  await sidecar.timers.pass(250);
  assert.equal(sidecar.connections.length, 2);
  sidecar.snapshot(2);
  assert.equal(sidecar.kind, "live");
  sidecar.link.close();
});

Deno.test("waits three ticks where the tick is long", async () => {
  const sidecar = new Sidecar();
  sidecar.send("config", settings({ tick_ms: 5000 }));
  sidecar.snapshot(1);
  await sidecar.timers.pass(14_999);
  assert.equal(sidecar.kind, "live");
  await sidecar.timers.pass(1);
  assert.equal(sidecar.kind, "stale");
  sidecar.link.close();
});

Deno.test("is stale while the sidecar repeats one snapshot", async () => {
  const sidecar = new Sidecar();
  sidecar.snapshot(7);
  for (let i = 0; i < 3; i++) {
    await sidecar.timers.pass(400);
    sidecar.snapshot(7);
    assert.equal(sidecar.kind, "stale");
  }
  await sidecar.timers.pass(300);
  assert.equal(sidecar.connection.signal.aborted, true);
  sidecar.link.close();
});

Deno.test("does not believe an old snapshot on first sight", () => {
  const sidecar = new Sidecar();
  sidecar.snapshot(7, { written_at_ms: sidecar.timers.now() - 1500 });
  assert.equal(sidecar.kind, "stale");
  assert.equal(sidecar.link.telemetry.value?.sequence, 7);
  sidecar.snapshot(8);
  assert.equal(sidecar.kind, "live");
  sidecar.link.close();
});

Deno.test("follows a sidecar that began again at a lower sequence", async () => {
  const sidecar = new Sidecar();
  sidecar.snapshot(900);
  sidecar.connection.end();
  await sidecar.timers.pass(250);
  sidecar.snapshot(1);
  assert.equal(sidecar.kind, "live");
  sidecar.link.close();
});

Deno.test("says that the sidecar is down, keeps its last figures and comes back", async () => {
  const sidecar = new Sidecar();
  sidecar.snapshot(1);
  sidecar.connection.fail(new TypeError("network error"));
  await settle();
  assert.equal(sidecar.kind, "down");
  assert.equal(sidecar.link.telemetry.value?.sequence, 1);
  await sidecar.timers.pass(250);
  sidecar.snapshot(2);
  assert.equal(sidecar.kind, "live");
  sidecar.link.close();
});

/** Milliseconds between each two of `count` failed connections. */
async function pauses(sidecar: Sidecar, count: number): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < count; i++) {
    const before = sidecar.connections.length;
    sidecar.connection.fail(new TypeError("refused"));
    await settle();
    let waited = 0;
    for (; sidecar.connections.length === before; waited += 50) await sidecar.timers.pass(50);
    found.push(waited);
  }
  return found;
}

Deno.test("tries again after 250 ms, then ever more seldom up to 3 s, then afresh", async () => {
  const sidecar = new Sidecar();
  assert.deepEqual(await pauses(sidecar, 6), [250, 500, 1000, 2000, 3000, 3000]);
  sidecar.snapshot(1);
  assert.deepEqual(await pauses(sidecar, 1), [250]);
  sidecar.link.close();
});

Deno.test("spreads the tries of many docks", async () => {
  const sidecar = new Sidecar({ random: () => 0.8 });
  assert.deepEqual(await pauses(sidecar, 5), [250, 300, 600, 1200, 1800]);
  sidecar.link.close();
});

Deno.test("tries an old token again only twice a minute, or when asked", async () => {
  const sidecar = new Sidecar();
  const refused = new RefusedError("wrong", { status: 401, retryAfterSeconds: null });
  sidecar.connection.fail(refused);
  await settle();
  assert.deepEqual(sidecar.link.state.value, { kind: "refused", status: 401, detail: "wrong" });
  await sidecar.timers.pass(29_999);
  assert.equal(sidecar.connections.length, 1);
  await sidecar.timers.pass(1);
  assert.equal(sidecar.connections.length, 2);
  sidecar.connection.fail(refused);
  await settle();
  sidecar.link.retry();
  await settle();
  assert.equal(sidecar.connections.length, 3);
  sidecar.link.close();
});

Deno.test("waits as long as the sidecar says", async () => {
  const sidecar = new Sidecar();
  sidecar.connection.fail(new RefusedError("full", { status: 429, retryAfterSeconds: 5 }));
  await sidecar.timers.pass(4999);
  assert.equal(sidecar.connections.length, 1);
  await sidecar.timers.pass(1);
  assert.equal(sidecar.connections.length, 2);
  sidecar.link.close();
});

Deno.test("shows nothing of a sidecar of another build, until one of its own comes", async () => {
  const sidecar = new Sidecar({ build: "newer" });
  const heard: unknown[] = [];
  sidecar.link.onAlert((event) => heard.push(event));
  assert.deepEqual(sidecar.link.state.value, { kind: "outdated", build: "newer" });
  sidecar.snapshot(1);
  sidecar.send("alert", { state: "firing", alert: {} });
  assert.equal(sidecar.kind, "outdated");
  assert.deepEqual([sidecar.link.telemetry.value, sidecar.link.config.value, heard], [
    null,
    null,
    [],
  ]);
  sidecar.build = BUILD_ID;
  await sidecar.timers.pass(1500);
  assert.equal(sidecar.kind, "outdated");
  await sidecar.timers.pass(250);
  sidecar.snapshot(2);
  assert.equal(sidecar.kind, "live");
  sidecar.build = "newer still";
  sidecar.connection.end();
  await sidecar.timers.pass(250);
  sidecar.snapshot(3);
  assert.deepEqual(sidecar.link.state.value, { kind: "outdated", build: "newer still" });
  assert.equal(sidecar.link.telemetry.value?.sequence, 2);
  sidecar.link.close();
});

Deno.test("shows no snapshot of a stream that does not say whose it is", () => {
  const sidecar = new Sidecar();
  sidecar.connection.onEvent({ name: "config", id: "", data: '{"tick_ms":500}' });
  sidecar.snapshot(1);
  assert.equal(sidecar.kind, "outdated");
  assert.equal(sidecar.link.telemetry.value, null);
  sidecar.link.close();
});

Deno.test("passes over events it does not know", () => {
  const sidecar = new Sidecar();
  sidecar.snapshot(1);
  sidecar.connection.onEvent({ name: "stranger", id: "", data: "{" });
  assert.equal(sidecar.kind, "live");
  sidecar.link.close();
});

Deno.test("tells of sessions that begin and end", () => {
  const sidecar = new Sidecar();
  sidecar.snapshot(1);
  sidecar.send("session", { session: { id: 7 } });
  assert.equal(sidecar.link.session.peek()?.session.id, 7);
  sidecar.link.close();
});

Deno.test("tells of alerts and settings as they come, until nobody listens", () => {
  const sidecar = new Sidecar();
  const heard: string[] = [];
  const end = sidecar.link.onAlert(({ state, alert }) => heard.push(`${state} ${alert.id}`));
  const alert = {
    id: "cpu_busy",
    severity: "warning",
    message: "CPU: 95 % busy.",
    metric: null,
    value: null,
    since: 1,
  };
  sidecar.send("alert", { state: "firing", alert });
  sidecar.send("alert", { state: "resolved", alert });
  end();
  sidecar.send("alert", { state: "firing", alert });
  assert.deepEqual(heard, ["firing cpu_busy", "resolved cpu_busy"]);
  sidecar.send("config", settings({ theme: "light", version: "7" }));
  assert.deepEqual(sidecar.link.config.value, settings({ theme: "light", version: "7" }));
  sidecar.link.close();
});

Deno.test("leaves no timer and no connection behind", async () => {
  const sidecar = new Sidecar();
  sidecar.snapshot(1);
  sidecar.link.close();
  await settle();
  assert.equal(sidecar.connection.signal.aborted, true);
  assert.equal(sidecar.timers.pending, 0);
  await sidecar.timers.pass(60_000);
  assert.equal(sidecar.connections.length, 1);
});

Deno.test("tells of the checks before a stream, and passes over another build's", () => {
  const sidecar = new Sidecar();
  const report = exampleReport();
  sidecar.send("preflight", report);
  assert.deepEqual(sidecar.link.preflight.value, report);
  sidecar.send("config", settings({ build: "newer" }));
  sidecar.send("preflight", { ...report, id: "of the newer one" });
  assert.deepEqual(sidecar.link.preflight.value, report);
  sidecar.link.close();
});
