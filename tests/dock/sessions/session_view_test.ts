import assert from "node:assert/strict";
import {
  momentText,
  sessionFigures,
  sessionRow,
  troubleViews,
} from "../../../dock/models/sessions/session_view.ts";
import {
  at,
  exampleAlert,
  exampleAlerts,
  exampleReport,
  exampleSession,
} from "../example_session.ts";

const NOW = at(23, 0);

Deno.test("an evening on a line: when, how long, what was lost, and how bad it was", () => {
  const row = sessionRow(exampleSession());
  assert.equal(row.day, "Sat 2026-11-21");
  assert.equal(row.time, "19:02–22:14");
  assert.deepEqual([row.tone, row.trouble, row.ended], ["warning", "1 error, 1 warning", ""]);
  assert.match(row.lost, /^0\.3.% dropped$/);
});

Deno.test("the colour is that of what was lost, of alerts, and of how it ended", () => {
  const tone = (changes: Parameters<typeof exampleSession>[0]) =>
    sessionRow(
      exampleSession({ dropped_frames: 0, reconnects: 0, errors: 0, warnings: 0, ...changes }),
    ).tone;
  assert.equal(tone({}), "good");
  assert.equal(tone({ warnings: 2 }), "warning");
  assert.equal(tone({ total_frames: 1000, dropped_frames: 2 }), "warning");
  assert.equal(tone({ total_frames: 1000, dropped_frames: 11 }), "bad");
  assert.equal(tone({ ended: "machine_slept" }), "warning");
  assert.equal(tone({ ended: "obs_crashed" }), "bad");
  assert.equal(tone({ end_time: null, ended: null }), "good");
});

Deno.test("the evening that goes on says since when", () => {
  const row = sessionRow(exampleSession({ end_time: null, ended: null }));
  assert.deepEqual([row.isLive, row.time], [true, "since 19:02"]);
});

Deno.test("frames are told to the frame, and what is not known is a dash", () => {
  const values = (session: Parameters<typeof sessionFigures>[0]) =>
    sessionFigures(session).flat().map(({ value }) => value.replaceAll("\u00a0", " "));
  assert.equal(values(exampleSession())[0], "4,312 · 0.3 %");
  const unknown = exampleSession({
    dropped_frames: null,
    avg_bitrate_kbps: null,
    reconnects: null,
    downtime_s: null,
    peak_gpu_temp: null,
  });
  const [dropped = "", , , mean, , , reconnects, down] = values(unknown);
  assert.match(dropped, /^–/);
  assert.deepEqual([mean, reconnects, down], ["–", "–", "–"]);
});

Deno.test("a moment near trouble is told by the report, else by the alerts", () => {
  const report = exampleReport();
  const alerts = exampleAlerts();
  const told = (minute: number) => momentText(at(21, minute), { report, alerts, nowMs: NOW });
  assert.match(told(14), /^21:14: Network: Twitch lost 4,312 frames/);
  assert.equal(told(30), "21:30: nothing wrong was seen.");
  const bare = { report: { ...report, findings: [] }, alerts, nowMs: NOW };
  assert.match(momentText(at(21, 12), bare), /^21:12: Network: Twitch is dropping 31 %/);
});

Deno.test("an alert that goes on says for how long", () => {
  const alert = exampleAlert({ since: NOW - 40_000, state: "firing", resolved_at: null });
  assert.match(troubleViews([alert], NOW)[0]?.times ?? "", /^22:59, for 40.s$/);
});

Deno.test("an alert's text does not repeat since when it was", () => {
  const message = "Network: Twitch is reconnecting since 21:10:05. Check the connection.";
  const [view] = troubleViews([exampleAlert({ message })], NOW);
  assert.equal(view?.text, "Network: Twitch is reconnecting. Check the connection.");
});
