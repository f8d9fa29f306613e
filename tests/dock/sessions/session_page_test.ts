import assert from "node:assert/strict";
import { ApiError } from "../../../dock/api.ts";
import { SessionPage } from "../../../dock/models/sessions/session_page.ts";
import { at, exampleDetail, exampleSession, INCIDENT } from "../example_session.ts";

function world() {
  const asked: string[] = [];
  const files: { name: string; type: string; text: string }[] = [];
  const state = { detail: exampleDetail(), failure: null as ApiError | null, mayCopy: true };
  const answer = <T>(what: string, value: T): Promise<T> => {
    asked.push(what);
    return state.failure === null ? Promise.resolve(value) : Promise.reject(state.failure);
  };
  const page = new SessionPage({
    api: {
      session: (id) => answer(`session ${id}`, state.detail),
      history: (metric) => Promise.resolve({ metric, unit: "1", points: [] }),
      saveNotes: (id, notes) => answer(`notes ${id}`, exampleSession({ notes })),
      deleteSession: (id) => answer(`delete ${id}`, undefined),
      exportSession: (id, format) => answer(`export ${id} ${format}`, "text"),
    },
    give: {
      save: (file) => void files.push(file),
      copy: () => Promise.resolve(state.mayCopy),
    },
    now: () => at(23, 0),
  });
  return { asked, files, state, page };
}

Deno.test("shows a session with its charts, and marks its alerts in them", async () => {
  const { page } = world();
  await page.show(41);
  const charts = page.charts.value;
  assert.ok(charts);
  assert.deepEqual(charts.span, { from: at(19, 2), to: at(22, 14) });
  assert.deepEqual(charts.marks.at(-1), { ...INCIDENT, tone: "bad" });
  const specs = page.specs(null);
  assert.deepEqual(specs.map(({ title }) => title), [
    "Bitrate",
    "Frames lost",
    "Frame rate",
    "Frame time",
    "Load",
    "Latency",
    "GPU temperature",
    "Send queue",
  ]);
  assert.deepEqual(specs[0]?.lines.map(({ label, target }) => [label, target]), [
    ["Twitch", 6],
    ["YouTube", 9],
  ]);
});

Deno.test("tells in words what was at a time, and shows it", async () => {
  const { page } = world();
  await page.show(41, at(21, 14));
  assert.match(page.moment.value ?? "", /^21:14: Network: Twitch lost 4,312 frames/);
  assert.equal(page.charts.value?.cursor.value, at(21, 14));
  assert.deepEqual(page.charts.value?.zoomed.value, { from: at(21, 9), to: at(21, 19) });
  page.ask("20:30");
  assert.equal(page.moment.value, "20:30: nothing wrong was seen.");
  page.ask("4:00");
  assert.match(page.moment.value ?? "", /not live then/);
  page.reset();
  assert.deepEqual([page.moment.value, page.charts.value?.zoomed.value], [null, null]);
});

Deno.test("shows trouble with the minutes around it", async () => {
  const { page } = world();
  await page.show(41);
  page.zoom(INCIDENT);
  assert.deepEqual(page.charts.value?.span, { from: at(21, 6, 20), to: at(21, 19, 40) });
});

Deno.test("a session that goes on grows under the same zoom", async () => {
  const { state, page } = world();
  const session = exampleSession({ end_time: null, ended: null });
  state.detail = exampleDetail({ session });
  await page.show(41);
  const charts = page.charts.value;
  page.zoom(INCIDENT);
  const zoomed = charts?.zoomed.value;
  await page.read();
  assert.equal(page.charts.value, charts);
  assert.deepEqual(charts?.zoomed.value, zoomed);
  charts?.reset();
  assert.equal(charts?.span.to, at(23, 0));
});

Deno.test("keeps notes that cannot be saved, and stays", async () => {
  const { state, page, asked } = world();
  await page.show(41);
  page.notes.edit("New router.");
  state.failure = new ApiError("The disk is full.", { status: 503 });
  await page.show(null);
  assert.equal(page.id.value, 41);
  assert.deepEqual(page.notes.outcome.value, { ok: false, text: "Not saved. The disk is full." });
  await page.read();
  assert.equal(page.notes.text.value, "New router.");
  state.failure = null;
  await page.show(null);
  assert.equal(page.id.value, null);
  assert.equal(asked.filter((what) => what === "notes 41").length, 2);
});

Deno.test("asks what becomes of notes that cannot be saved, and goes on without them", async () => {
  const { state, page } = world();
  await page.show(41);
  page.notes.edit("New router.");
  state.failure = new ApiError("There is no session 41.", { status: 404 });
  await page.show(null);
  assert.deepEqual(page.wanted.value, { id: null, atMs: null });
  page.stay();
  assert.deepEqual([page.wanted.value, page.notes.text.value], [null, "New router."]);
  await page.leave();
  assert.equal(page.id.value, 41);
  await page.show(null);
  await page.leave();
  assert.deepEqual([page.wanted.value, page.id.value, page.notes.isDirty.value], [
    null,
    null,
    false,
  ]);
});

Deno.test("what is typed survives that the session is read again", async () => {
  const { page } = world();
  await page.show(41);
  page.notes.edit("half a wor");
  await page.read();
  assert.equal(page.notes.text.value, "half a wor");
  assert.equal(page.notes.isDirty.value, true);
  page.notes.discard();
  assert.equal(page.notes.isDirty.value, false);
});

Deno.test("gives a session as a file, or as a copy where that is allowed", async () => {
  const { page, files, state } = world();
  await page.show(41);
  await page.export("csv", "file");
  assert.deepEqual(files, [{ name: "stream-2026-11-21-41.csv", type: "text/csv", text: "text" }]);
  await page.export("json", "clipboard");
  assert.equal(page.exported.value, "Copied.");
  state.mayCopy = false;
  await page.export("json", "clipboard");
  assert.match(page.exported.value ?? "", /does not let pages copy/);
});

Deno.test("deletes a session and leaves it; stays where that fails", async () => {
  const { page, state } = world();
  await page.show(41);
  state.failure = new ApiError("It still goes on.", { status: 409 });
  assert.equal(await page.remove(), false);
  assert.deepEqual([page.id.value, page.problem.value], [41, "It still goes on."]);
  state.failure = null;
  assert.equal(await page.remove(), true);
  assert.equal(page.id.value, null);
});
