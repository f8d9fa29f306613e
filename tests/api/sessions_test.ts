import assert from "node:assert/strict";
import * as v from "valibot";
import { MAX_NOTES_LENGTH } from "../../shared/max_notes_length.ts";
import { type Session, SessionDetailSchema, SessionSchema } from "../../shared/session.ts";
import { finishedEvening, listSessions as list, startStream as stream } from "./session_streams.ts";
import type { RawHeader } from "./raw_request.ts";
import { jsonOf, type SidecarRig, sidecarTest } from "./sidecar_rig.ts";
import { until } from "../peers/until.ts";

async function detailOf(rig: SidecarRig, id: number | undefined, query = "") {
  const answer = await rig.ask(`/api/v1/sessions/${id}${query}`);
  return v.parse(SessionDetailSchema, await jsonOf(answer));
}

function change(rig: SidecarRig, id: number | string, body: unknown): Promise<Response> {
  return rig.ask(`/api/v1/sessions/${id}`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** Keeps the `session` events of a stream. */
async function sessionEvents(rig: SidecarRig): Promise<{ seen: Session[]; end(): Promise<void> }> {
  const answer = await rig.ask("/api/v1/events");
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  const seen: Session[] = [];
  // A stream that breaks off shows in what is missing.
  const reading = (async () => {
    let text = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += value;
      const frames = text.split("\n\n");
      text = frames.pop() ?? "";
      for (const frame of frames) {
        if (!frame.startsWith("event: session\n")) continue;
        const data = JSON.parse(frame.split("\ndata: ")[1] ?? "");
        seen.push(v.parse(SessionSchema, data.session));
      }
    }
  })().catch(() => {});
  return {
    seen,
    async end() {
      await reader.cancel();
      await reading;
    },
  };
}

sidecarTest("an empty history has no sessions, and no session has a number yet", async (rig) => {
  assert.deepEqual(await list(rig), { sessions: [], next_before: null });
  for (
    const path of ["/1", "/1/export", "/1/export?format=csv", "/0", "/-1", "/x", "/1e3", "/01"]
  ) {
    await jsonOf(await rig.ask(`/api/v1/sessions${path}`), 404);
  }
  await jsonOf(await change(rig, 1, { notes: "x" }), 404);
  await jsonOf(await rig.ask("/api/v1/sessions/1", { method: "DELETE" }), 404);
});

sidecarTest(
  "a stream is in the list while it runs, with its live figures, and after",
  async (rig) => {
    const events = await sessionEvents(rig);
    const output = stream(rig);
    await until(async () => (await list(rig)).sessions[0]?.outputs.length === 1, {
      what: "the stream has a session",
    });
    output.totalFrames = 900;
    output.droppedFrames = 12;
    const [running] = await until(async () => {
      const { sessions } = await list(rig);
      return sessions[0]?.total_frames === 900 && sessions;
    }, { what: "its figures are live" });
    assert.equal(running?.end_time, null);
    assert.equal(running?.outputs[0]?.dropped_frames, 12);
    assert.equal(running?.outputs[0]?.evening_id, running?.id);
    await jsonOf(await rig.ask(`/api/v1/sessions/${running?.id}`, { method: "DELETE" }), 409);

    const { series } = await until(async () => {
      const detail = await detailOf(rig, running?.id, "?points=5");
      return detail.series.length > 3 && detail;
    }, { what: "its figures over time are there" });
    assert.ok(series.every(({ points }) => points.length > 0 && points.length <= 5));

    output.totalFrames = 1003;
    rig.obs.stopOutput("simple_stream");
    const [over] = await until(async () => {
      const { sessions } = await list(rig);
      return sessions[0]?.end_time !== null && sessions;
    }, { what: "the evening is over" });
    assert.equal(over?.ended, "stopped");
    assert.equal(over?.total_frames, 1003);
    assert.deepEqual((await detailOf(rig, over?.id)).outputs, over?.outputs);
    await until(() => events.seen.length >= 4, { what: "the events came" });
    assert.deepEqual(
      events.seen.map(({ kind, ended }) => [kind, ended]),
      [["evening", null], ["output", null], ["output", "stopped"], ["evening", "stopped"]],
    );
    await events.end();
  },
);

sidecarTest("notes stay through what the sidecar writes of a running stream", async (rig) => {
  stream(rig);
  const evening = await until(async () => (await list(rig)).sessions[0], { what: "it began" });
  const events = await sessionEvents(rig);
  const notes = "=Elden Ring\nnew “router”, ü";
  const answer = v.parse(
    SessionSchema,
    await jsonOf(await change(rig, evening.id, { notes })),
  );
  assert.equal(answer.notes, notes);
  await until(() => events.seen.some((session) => session.notes === notes), {
    what: "the event came",
  });
  await events.end();
  rig.obs.stopOutput("simple_stream");
  const over = await until(async () => {
    const { sessions: [first] } = await list(rig);
    return first?.end_time !== null && first;
  }, { what: "it is over" });
  assert.equal(over.notes, notes);
});

sidecarTest("an evening is deleted with its outputs, and does not come back", async (rig) => {
  const evening = await finishedEvening(rig);
  const [output] = evening.outputs;
  await jsonOf(await rig.ask(`/api/v1/sessions/${output?.id}`, { method: "DELETE" }), 409);
  const answer = await rig.ask(`/api/v1/sessions/${evening.id}`, { method: "DELETE" });
  assert.equal(answer.status, 204);
  for (const id of [evening.id, output?.id]) {
    await jsonOf(await rig.ask(`/api/v1/sessions/${id}`), 404);
  }
  assert.deepEqual((await list(rig)).sessions, []);
  const next = await finishedEvening(rig);
  assert.ok(next.id > (output?.id ?? Infinity), "a number was given twice");
});

sidecarTest("a session is taken away as CSV and as JSON", async (rig) => {
  const evening = await finishedEvening(rig);
  const csv = await rig.ask(`/api/v1/sessions/${evening.id}/export?format=csv`);
  assert.match(csv.headers.get("content-type") ?? "", /^text\/csv; charset=utf-8/);
  assert.equal(
    csv.headers.get("content-disposition"),
    `attachment; filename="session-${evening.id}.csv"`,
  );
  const lines = (await csv.text()).split("\r\n");
  assert.equal(lines.at(-1), "");
  const header = lines[0]?.split(",") ?? [];
  assert.equal(header[0], "time (UTC)");
  assert.ok(header.includes("obs.outputs.simple_stream.bitrate_kbps (kbit/s)"));
  assert.ok(header.includes("obs.active_fps (/s)"));
  assert.ok(lines.length >= 3);
  for (const line of lines.slice(1, -1)) assert.equal(line.split(",").length, header.length);
  const json = await rig.ask(`/api/v1/sessions/${evening.id}/export?format=json`);
  assert.match(json.headers.get("content-disposition") ?? "", /session-\d+\.json/);
  assert.equal(v.parse(SessionDetailSchema, await jsonOf(json)).session.id, evening.id);
});

sidecarTest("pages of evenings follow one another", async (rig) => {
  const evening = await finishedEvening(rig);
  assert.deepEqual((await list(rig, "?limit=1")).sessions.map(({ id }) => id), [evening.id]);
  assert.deepEqual((await list(rig, `?before=${evening.id}`)).sessions, []);
  assert.equal((await list(rig, "?limit=200")).next_before, null);
});

sidecarTest("what makes no sense is refused, and changes nothing", async (rig) => {
  const { id } = await finishedEvening(rig);
  const before = JSON.stringify(await list(rig));
  const queries = [
    "?limit=0",
    "?limit=201",
    "?limit=1e1",
    "?limit=-1",
    "?limit=",
    "?limit=1&limit=1",
    "?before=0",
    "?before=x",
    "?before=99999999999999999",
    "?offset=1",
    "?__proto__=1",
    `/${id}?points=0`,
    `/${id}?points=2001`,
    `/${id}?points=1000000000`,
    `/${id}?from=1`,
    `/${id}/export?format=xml`,
    `/${id}/export?format=`,
    `/${id}/export?format=csv&format=csv`,
  ];
  for (const query of queries) await jsonOf(await rig.ask(`/api/v1/sessions${query}`), 422);
  const bodies: unknown[] = [
    {},
    [],
    null,
    1,
    { notes: 1 },
    { notes: null },
    { notes: "x", id: 2 },
    { name: "x" },
    { notes: "x".repeat(MAX_NOTES_LENGTH + 1) },
    { notes: ["x"] },
  ];
  for (const body of bodies) await jsonOf(await change(rig, id, body), 422);
  const raw: [body: string, type: string, status: number][] = [
    ['{"notes":"a","notes":"b"}', "application/json", 422],
    ['{"__proto__":{"notes":"a"}}', "application/json", 422],
    ['{"notes":"a"', "application/json", 400],
    ["notes=a", "application/x-www-form-urlencoded", 415],
    ['{"notes":"a"}', "text/plain", 415],
    [`{"notes":"${"x".repeat(70_000)}"}`, "application/json", 413],
  ];
  for (const [body, type, status] of raw) {
    const headers: RawHeader[] = [["Content-Type", type], ["Content-Length", `${body.length}`]];
    const answer = await rig.attack({
      line: `PATCH /api/v1/sessions/${id} HTTP/1.1`,
      headers,
      body,
    });
    assert.equal(answer.status, status, body.slice(0, 40));
  }
  for (const line of [`DELETE /api/v1/sessions/${id}`, `PATCH /api/v1/sessions/${id}`]) {
    const attack = { line: `${line} HTTP/1.1` };
    assert.equal((await rig.attack({ ...attack, token: false })).status, 401);
    assert.equal((await rig.attack({ ...attack, host: ["evil.example"] })).status, 403);
    assert.equal(
      (await rig.attack({ ...attack, headers: [["Origin", "http://evil.example"]] })).status,
      403,
    );
    assert.equal(
      (await rig.attack({ ...attack, headers: [["Sec-Fetch-Site", "same-site"]] })).status,
      403,
    );
  }
  for (
    const [method, path] of [
      ["POST", ""],
      ["DELETE", ""],
      ["PUT", `/${id}`],
      ["POST", `/${id}`],
      ["DELETE", `/${id}/export`],
      ["PATCH", `/${id}/export`],
    ]
  ) {
    const answer = await rig.ask(`/api/v1/sessions${path}`, { method: method! });
    assert.match(answer.headers.get("allow") ?? "", /^GET, HEAD/);
    await jsonOf(answer, 405);
  }
  assert.equal(JSON.stringify(await list(rig)), before);
});
