import assert from "node:assert/strict";
import { readCursor } from "../../sidecar/otlp/export_cursor.ts";
import { until } from "../peers/until.ts";
import { type Answer, exportRig, momentsOf, STREAMER, TAKES } from "./export_rig.ts";

const status = (code: number, init: ResponseInit = {}, body = ""): Answer => () =>
  new Response(body, { ...init, status: code });

/** A rig whose export was set up before the rows came. */
async function readyRig(rows: number) {
  const rig = await exportRig();
  await rig.begin();
  await rig.end();
  rig.rows(rows);
  return rig;
}

function gaps(moments: readonly number[]): number[] {
  return moments.slice(1).map((atMs, i) => atMs - (moments[i] ?? 0));
}

Deno.test("sends a point for each push interval, oldest first and several in one request", async () => {
  await using rig = await readyRig(40);
  await rig.begin();
  const moments = momentsOf(rig.requests);
  assert.equal(moments.length, 20);
  assert.deepEqual(new Set(gaps(moments)), new Set([10_000]));
  assert.ok(rig.requests.length < 20);
  assert.equal(rig.state?.state, "ok");
});

Deno.test("says in every point whose it is, and in the resource what it is about", async () => {
  await using rig = await readyRig(2);
  await rig.begin();
  const [request] = rig.requests;
  assert.deepEqual(request?.resource, {
    "service.name": "obs-telemetry-bridge",
    "service.namespace": "obs",
    "service.version": "0.1.0",
    "service.instance.id": STREAMER.id,
    "host.name": "pc",
    "os.type": "linux",
    "deployment.environment.name": "production",
  });
  assert.ok(request?.points.length);
  for (const { attributes } of request.points) {
    assert.equal(attributes.streamer, "Anna");
    assert.equal(attributes.streamer_id, "id-1");
  }
});

Deno.test("what was recorded before the export was set up stays here", async () => {
  await using rig = await exportRig();
  rig.rows(10);
  await rig.begin();
  assert.equal(rig.requests.length, 0);
  rig.rows(2);
  await rig.goOn();
  assert.equal(momentsOf(rig.requests).length, 1);
});

Deno.test("after a restart it goes on where the backend took the last figures", async () => {
  await using rig = await readyRig(20);
  await rig.begin();
  await rig.end();
  rig.rows(21);
  await rig.begin();
  const moments = momentsOf(rig.requests);
  assert.deepEqual(new Set(gaps(moments)), new Set([10_000]));
  assert.equal(new Set(moments).size, moments.length);
});

Deno.test("the end waits for the answer that is due, so that nothing is sent twice", async () => {
  await using rig = await readyRig(40);
  rig.settings.batch_size = 200;
  const answered = Promise.withResolvers<Response>();
  rig.answers(() => answered.promise);
  rig.start();
  await until(() => rig.requests.length === 1, { what: "the first request" });
  const ended = rig.end();
  answered.resolve(Response.json({}));
  await ended;
  assert.equal(rig.requests.length, 1, "nothing new is sent");
  rig.answers(TAKES);
  await rig.begin();
  const moments = momentsOf(rig.requests);
  assert.equal(moments.length, 20);
  assert.equal(new Set(moments).size, 20);
});

Deno.test("a backend that does not answer keeps no sidecar from its end", async () => {
  await using rig = await readyRig(4);
  rig.answers(() => Promise.withResolvers<Response>().promise);
  rig.start();
  await until(() => rig.requests.length === 1, { what: "the first request" });
  await rig.end();
  rig.answers(TAKES);
  await rig.begin();
  const [first, second] = rig.requests;
  assert.deepEqual(second?.points, first?.points);
});

Deno.test("what was not taken is sent again just as it was", async () => {
  await using rig = await readyRig(20);
  rig.answers(status(503));
  await rig.begin();
  await rig.end();
  rig.answers(TAKES);
  await rig.begin();
  const [first, second] = rig.requests;
  assert.deepEqual(second?.points, first?.points);
});

Deno.test("sends again after passing trouble, later each time", async () => {
  await using rig = await readyRig(2);
  rig.answers(status(429));
  await rig.begin();
  for (const code of [500, 502, 503, 504, 408]) {
    rig.answers(status(code));
    await rig.goOn();
    assert.equal(rig.state?.state, "waiting", String(code));
  }
  assert.deepEqual(rig.pauses, [500, 1000, 2000, 4000, 8000, 15_000]);
  rig.answers(() => Promise.reject(new TypeError("connection reset")));
  await rig.goOn();
  assert.match(rig.state?.last_error ?? "", /The connection to backend.test failed/);
  rig.answers(TAKES);
  await rig.goOn();
  assert.equal(rig.state?.state, "ok");
  assert.equal(rig.state?.last_error, null);
  assert.equal(new Set(momentsOf(rig.requests)).size, 1);
});

Deno.test("waits as long as the backend says, in seconds or until a date", async () => {
  await using rig = await readyRig(2);
  rig.answers(status(429, { headers: { "retry-after": "120" } }));
  await rig.begin();
  const date = new Date(Math.ceil(rig.history.time.now() / 1000) * 1000 + 300_000).toUTCString();
  rig.answers(status(503, { headers: { "retry-after": date } }));
  await rig.goOn();
  assert.equal(rig.pauses[0], 120_000);
  assert.ok((rig.pauses[1] ?? 0) >= 300_000 && (rig.pauses[1] ?? 0) <= 301_000);
});

Deno.test("halves what is refused until the good figures are in, and never sends the bad again", async () => {
  await using rig = await readyRig(20);
  let bad = 0;
  rig.answers(({ points }) => {
    bad ||= [...new Set(points.map(({ atMs }) => atMs))][3] ?? 0;
    return points.some(({ atMs }) => atMs === bad)
      ? new Response("out of order sample", { status: 400 })
      : Response.json({});
  });
  await rig.begin();
  const whole = rig.requests.length;
  const cursor = readCursor(rig.history.database);
  assert.ok(cursor !== null && cursor.tooOld > 0);
  assert.equal(cursor.refused, 0);
  assert.equal(cursor.accepted, cursor.tooOld * 9);
  assert.equal(rig.state?.state, "ok");
  await rig.goOn();
  assert.equal(rig.requests.length, whole);
});

Deno.test("one bad figure does not keep the others of its moment back", async () => {
  await using rig = await readyRig(2);
  rig.answers(({ points }) =>
    points.some(({ metric }) => metric === "obs.fps")
      ? new Response("bad", { status: 400 })
      : Response.json({})
  );
  await rig.begin();
  const cursor = readCursor(rig.history.database);
  assert.equal(cursor?.refused, 1);
  assert.ok((cursor?.accepted ?? 0) > 20);
});

Deno.test("sends less at once where a request was too big", async () => {
  await using rig = await readyRig(20);
  rig.answers(({ bytes }) => new Response(null, { status: bytes > 3000 ? 413 : 200 }));
  await rig.begin();
  const cursor = readCursor(rig.history.database);
  assert.equal(cursor?.refused, 0);
  assert.equal(new Set(momentsOf(rig.requests)).size, 10);
});

Deno.test("counts what a partial success leaves out", async () => {
  await using rig = await readyRig(2);
  rig.answers(() =>
    Response.json({ partialSuccess: { rejectedDataPoints: "3", errorMessage: "no" } })
  );
  await rig.begin();
  assert.equal(readCursor(rig.history.database)?.refused, 3);
  assert.match(rig.state?.last_error ?? "", /left 3 figures out/);
});

Deno.test("tries a refused token every 15 minutes, and at once when it is another", async () => {
  await using rig = await readyRig(2);
  rig.answers(status(401));
  await rig.begin();
  assert.deepEqual(rig.pauses, [15 * 60_000]);
  assert.equal(rig.state?.state, "paused");
  assert.match(rig.state?.last_error ?? "", /refused the token \(401\).*grafana.api_token/);
  rig.answers(TAKES);
  rig.wake();
  await rig.held();
  assert.equal(rig.state?.state, "ok");
  assert.equal(momentsOf(rig.requests).length, 2);
});

for (
  const [what, answer] of [
    ["a web page", status(200, { headers: { "content-type": "text/html" } }, "<html>")],
    ["a redirect", status(302, { headers: { location: "https://elsewhere.test" } })],
    ["something that is no OTLP", () => Response.json({ error: "no such route" })],
    ["nothing at this path", status(404)],
    ["10 MB of it", status(404, {}, "x".repeat(10_000_000))],
  ] as const
) {
  Deno.test(`keeps everything where the address answers with ${what}`, async () => {
    await using rig = await readyRig(4);
    rig.answers(answer);
    await rig.begin();
    assert.equal(rig.state?.state, "paused");
    assert.deepEqual(rig.pauses, [60_000]);
    assert.equal(readCursor(rig.history.database)?.refused, 0);
    rig.answers(TAKES);
    await rig.goOn();
    assert.equal(new Set(momentsOf(rig.requests)).size, 2);
  });
}

Deno.test("keeps figures that are refused as too new until the clock is right", async () => {
  await using rig = await readyRig(4);
  rig.answers(status(400, {}, "out of bounds: timestamp is too far in the future"));
  await rig.begin();
  assert.equal(rig.state?.state, "waiting");
  assert.match(rig.state?.last_error ?? "", /this PC's clock is ahead/);
  rig.answers(TAKES);
  await rig.goOn();
  const cursor = readCursor(rig.history.database);
  assert.deepEqual([cursor?.refused, cursor?.tooOld], [0, 0]);
  assert.equal(new Set(momentsOf(rig.requests)).size, 2);
});

Deno.test("counts the rows that were deleted before they could be sent", async () => {
  await using rig = await readyRig(40);
  rig.history.database.exec("DELETE FROM telemetry_snapshots WHERE id <= 10");
  await rig.begin();
  assert.equal(readCursor(rig.history.database)?.expired, 10);
});

Deno.test("counts a deleted row once, however often the rows after it are tried, and in between too", async () => {
  await using rig = await readyRig(40);
  rig.history.database.exec("DELETE FROM telemetry_snapshots WHERE id <= 10 OR id IN (20, 21, 30)");
  rig.answers(status(503));
  await rig.begin();
  await rig.goOn();
  await rig.goOn();
  rig.answers(TAKES);
  await rig.goOn();
  assert.equal(readCursor(rig.history.database)?.expired, 13);
});

Deno.test("sends the token in its header and nowhere else", async () => {
  await using rig = await readyRig(4);
  rig.answers(status(401));
  await rig.begin();
  rig.answers(TAKES);
  rig.wake();
  await rig.held();
  for (const { headers, ...rest } of rig.requests) {
    assert.equal(headers.get("authorization"), "Bearer canary-token");
    headers.delete("authorization");
    assert.doesNotMatch(JSON.stringify([[...headers], rest]), /canary/);
  }
  assert.doesNotMatch(JSON.stringify([rig.state, rig.history.lines]), /canary/);
  const file = await Deno.readFile(rig.history.path);
  assert.ok(!new TextDecoder("latin1").decode(file).includes("canary"));
});

/** The backend fails at one moment with an error of its own, whatever it is sent with. */
function failsAt(index: number, init: () => number): Answer {
  let bad = 0;
  return ({ points }) => {
    bad ||= [...new Set(points.map(({ atMs }) => atMs))][index] ?? 0;
    return points.some(({ atMs }) => atMs === bad)
      ? new Response("", { status: init() })
      : Response.json({});
  };
}

Deno.test("one moment that the backend fails at does not keep the others back for ever", async () => {
  await using rig = await readyRig(20);
  rig.answers(failsAt(3, () => 500));
  await rig.begin();
  for (let i = 0; i < 20 && rig.state?.state !== "ok"; i++) await rig.goOn();
  const cursor = readCursor(rig.history.database);
  assert.ok(cursor !== null && cursor.refused > 0);
  assert.equal(cursor.accepted, cursor.refused * 9);
  assert.ok(rig.history.lines.some((line) => line.includes("one point in time are left out")));
});

Deno.test("does not go on where others are to wait, when it tries whether they fare better", async () => {
  await using rig = await readyRig(20);
  const answer = failsAt(0, () => 500);
  const hasHead = ({ points }: { points: readonly { atMs: number }[] }) =>
    points.some(({ atMs }) => atMs === rig.requests[0]?.points[0]?.atMs);
  rig.answers((request) => hasHead(request) ? answer(request) : new Response("", { status: 429 }));
  await rig.begin();
  for (let i = 0; i < 20 && rig.requests.every(hasHead); i++) await rig.goOn();
  assert.deepEqual(rig.requests.map(hasHead).slice(-2), [true, false]);
  assert.equal(readCursor(rig.history.database)?.refused, 0);
});

for (const [what, code] of [["fails at everything", 500], ["is away", 503]] as const) {
  Deno.test(`nothing is left out while a backend ${what}`, async () => {
    await using rig = await readyRig(20);
    rig.answers(status(code));
    await rig.begin();
    for (let i = 0; i < 30; i++) await rig.goOn();
    assert.equal(rig.state?.state, "waiting");
    assert.equal(readCursor(rig.history.database)?.refused, 0);
    rig.answers(TAKES);
    await rig.goOn();
    assert.equal(new Set(momentsOf(rig.requests)).size, 10);
    assert.equal(rig.state?.state, "ok");
  });
}

Deno.test("does not send again as much as was too big", async () => {
  await using rig = await readyRig(60);
  rig.answers(({ points }) => new Response(null, { status: points.length > 300 ? 413 : 200 }));
  await rig.begin();
  const { length } = rig.requests;
  assert.ok(rig.requests.some(({ points }) => points.length > 300));
  rig.rows(60);
  await rig.goOn();
  const later = rig.requests.slice(length);
  assert.ok(later.length > 0 && later.every(({ points }) => points.length <= 300));
  assert.equal(readCursor(rig.history.database)?.refused, 0);
});

for (const size of [1, 200, 2000]) {
  Deno.test(`a request has no more than ${size} figures, or one moment`, async () => {
    await using rig = await readyRig(80);
    rig.settings.batch_size = size;
    await rig.begin();
    for (const request of rig.requests) {
      assert.ok(request.points.length <= size || momentsOf([request]).length === 1);
    }
    assert.equal(new Set(momentsOf(rig.requests)).size, 40);
    const most = Math.max(...rig.requests.map(({ points }) => points.length));
    assert.ok(size === 1 || most > size / 2, String(most));
  });
}

Deno.test("tells of a fault of its own, and goes on once it is gone", async () => {
  await using rig = await readyRig(4);
  const { database } = rig.history;
  database.exec("ALTER TABLE row_shapes RENAME TO elsewhere");
  await rig.begin();
  assert.equal(rig.state?.state, "paused");
  assert.match(rig.state?.last_error ?? "", /fault of the sidecar's own/);
  assert.ok(rig.state?.failingSinceMs !== null);
  database.exec("ALTER TABLE elsewhere RENAME TO row_shapes");
  await rig.goOn();
  assert.equal(rig.state?.state, "ok");
  assert.equal(new Set(momentsOf(rig.requests)).size, 2);
});

for (const isRestarted of [false, true]) {
  const when = isRestarted ? "after a restart" : "while it runs";
  Deno.test(`a moment that is sent again ${when} has the values that it had`, async () => {
    await using rig = await readyRig(4);
    rig.answers(status(504));
    await rig.begin();
    const atMs = Math.round(rig.history.time.now()) - 60_000;
    rig.history.database.prepare(
      "INSERT INTO alerts (uid, alert_id, timestamp, fired_at, severity, message) " +
        "VALUES ('u', 'a', ?, ?, 'critical', 'm')",
    ).run(atMs, atMs);
    rig.streamer.name = "Berta";
    rig.answers(TAKES);
    if (isRestarted) {
      await rig.end();
      await rig.begin();
    } else await rig.goOn();
    const [first, second] = rig.requests;
    assert.deepEqual(second?.points, first?.points);
  });
}

Deno.test("rows keep the name that the streamer had when they came", async () => {
  await using rig = await exportRig();
  await rig.begin();
  rig.rows(2);
  await rig.end();
  rig.rows(2);
  rig.streamer.name = "Berta";
  await rig.begin();
  rig.rows(2);
  await rig.goOn();
  const names = rig.requests.flatMap(({ points }) => points)
    .map(({ atMs, attributes }) => `${atMs} ${attributes.streamer}`);
  assert.deepEqual(
    [...new Set(names)].map((line) => line.split(" ")[1]),
    ["Anna", "Anna", "Berta"],
  );
});
