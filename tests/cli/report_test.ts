/** `deno task report`: what it prints, and how it ends. */
import assert from "node:assert/strict";
import * as v from "valibot";
import { ReportSchema } from "../../shared/report.ts";
import { SessionSchema } from "../../shared/session.ts";
import { EXIT, UsageError } from "../../sidecar/cli/arguments.ts";
import { createReportCommand } from "../../sidecar/cli/report.ts";
import { columnsOf } from "../../sidecar/cli/text_columns.ts";
import type { ReadHistory } from "../../sidecar/history/read_history.ts";
import type { ReportInput } from "../../sidecar/report/evidence.ts";
import { localDateTime, localTime } from "../../sidecar/report/words.ts";
import { startProcess } from "../peers/process.ts";
import { sidecarArguments } from "../peers/sidecar.ts";
import { at, during, evening, session } from "../report/evening.ts";
import { remember, withFolder } from "../report/remembered.ts";
import { testEnvironment } from "../test_environment.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);
const BAD = ["21:10", "21:14"] as const;

function historyOf(input: ReportInput): ReadHistory {
  const all = [{ ...input.session, outputs: [...input.outputs] }];
  return {
    sessions: {
      list: ({ limit }) => all.slice(0, limit),
      find: (id) =>
        id === input.session.id ? { session: input.session, outputs: [...input.outputs] } : null,
      earlier: () => [...input.earlier],
    },
    alertsBetween: () => input.alerts,
    series: { read: (metric) => input.series.find((one) => one.metric === metric) ?? null },
    [Symbol.dispose]() {},
  };
}

/** Runs the command in this process, against a history that is given. */
async function told(
  flags: Record<string, string | boolean>,
  { history, columns = null, env = {} }: {
    history: ReadHistory | null;
    columns?: number | null;
    env?: Record<string, string>;
  },
) {
  const printed: string[] = [];
  const errors: string[] = [];
  const environment = testEnvironment({
    os: "linux",
    env: (name) => ({ OBS_TELEMETRY_DATA_DIR: "/data", ...env })[name],
    print: (line) => printed.push(line),
    printError: (line) => errors.push(line),
  });
  const command = createReportCommand({
    columns: () => columns,
    open: () => history,
    now: () => at("22:00"),
  });
  const code = await command.run(flags, environment);
  return { code, text: printed.join("\n"), errors: errors.join("\n") };
}

const CROWDED = evening({
  outputs: [{
    targetKbps: 8000,
    dropped: during(BAD, 0.042),
    congestion: during(BAD, 0.93),
    bitrateKbps: during(BAD, 6000, 8000),
  }, {}],
  earlier: Array.from({ length: 5 }, (_, index) =>
    session({
      id: 90 + index,
      name: "Twitch",
      start_time: at("20:00") - (index + 1) * 86_400_000,
      avg_bitrate_kbps: 6000 + index * 10,
      peak_gpu_temp: 60,
    })),
});

Deno.test("prints the last session: how it went, what happened, and beside the others", async () => {
  const { code, text } = await told({}, { history: historyOf(CROWDED) });
  const time = (clock: string) => localTime(at(clock));
  const bad = `${time("21:10")}–${time("21:14")}`;
  assert.equal(code, EXIT.ok);
  assert.equal(
    text,
    `Session 1: ${localDateTime(at("20:00"))} to ${time("22:00")}
A fair stream: 2 h to Twitch and Kick. It was the network, worst at ${bad};
0.07 % of the frames were dropped by the network.

  output  duration  average  held 95 %  target  dropped  lost line
                    kbit/s   kbit/s     kbit/s
  ------  --------  -------  ---------  ------  -------  ---------
  Twitch  2 h       6,000    5,800      8,000   0.14 %   0 x
  Kick    2 h       6,000    5,800      6,000   0 %      0 x

What happened
  [warn]  ${bad}: Twitch dropped 4.2 % of its frames while its send queue
          was full (congestion up to 93 %). Kick had no trouble: it was Twitch's
          server or the way to it, not your own line. The GPU and the encoder
          were fine.
          → Choose another server for Twitch in OBS (Settings > Stream), and
            look at its status page. If that does not help, lower its bitrate to
            about 4,500 kbit/s.

Beside the last 5 evenings
                                     this time     usually
  ---------------------------------  ------------  ------------  -----
  Average bitrate                    6,000 kbit/s  6,020 kbit/s  same
  Bitrate held for 95 % of the time  5,800 kbit/s  5,800 kbit/s  same
  Frames dropped by the network      0.07 %        0 %           same
  Frames rendered too late           0 %           0 %           same
  Frames skipped by the encoder      0 %           0 %           same
  Lost connections an hour           0             0             same
  Highest GPU temperature            68 °C         60 °C         worse`,
  );
});

Deno.test("a long name is shortened, and every heading and figure stays at 80 columns", async () => {
  const names = [
    "127.0.0.1",
    "Aitum Kick Vertical of the second channel",
    "配信の縦型チャンネル二つ目",
  ];
  const input = evening({
    outputs: names.map((name, index) => ({ id: `stream_${index}`, name, targetKbps: 12_000 })),
  });
  const { text } = await told({}, { history: historyOf(input) });
  const lines = text.split("\n");
  const head = lines.findIndex((line) => /^ {2}output /.test(line));
  assert.match(lines[head] ?? "", / lost line$/);
  for (const line of lines.slice(head, head + 6)) assert.ok(columnsOf(line) <= 80, line);
  const rows = lines.slice(head + 3, head + 6);
  assert.match(rows[0] ?? "", /^ {2}127\.0\.0\.1 /);
  assert.match(rows[1] ?? "", /^ {2}Aitum Kick…d channel {2}/);
  for (const row of rows) assert.match(row, / 2 h {2,}6,000 {2,}5,800 {2,}12,000 {2,}0 % {2,}0 x$/);
  const begins = rows.map((row) => columnsOf(row.slice(0, row.indexOf("2 h"))));
  assert.deepEqual(begins, begins.map(() => lines[head]?.indexOf("duration")));
});

Deno.test("a terminal that is too narrow for the table gets every figure in words", async () => {
  const { text } = await told({}, { history: historyOf(CROWDED), columns: 50 });
  const plain = text.replace(/\p{Cc}\[\d+m/gu, "");
  assert.ok(plain.split("\n").every((line) => columnsOf(line) <= 50));
  assert.match(
    plain.replace(/\n +/g, " "),
    /Twitch: 2 h, average 6,000 kbit\/s, held 95 % 5,800 kbit\/s, target 8,000 kbit\/s, dropped 0\.14 %, lost line 0 x/,
  );
});

Deno.test("a session that goes on is told until now", async () => {
  const { series, ...input } = evening({
    outputs: [{
      dropped: during(["21:50", "22:00"], 0.2),
      congestion: during(["21:50", "22:00"], 1),
    }],
    session: { end_time: null, ended: null, duration_s: 60 },
  });
  const history = historyOf({ ...input, series });
  const asked: number[] = [];
  const { text } = await told({}, {
    history: {
      ...history,
      series: {
        read: (metric, query) => {
          asked.push(query.fromMs, query.toMs);
          return history.series.read(metric, query);
        },
      },
    },
  });
  assert.deepEqual([...new Set(asked)], [at("20:00"), at("22:00") + 1]);
  assert.match(text, /^Session 1: since /);
  assert.match(text, /Twitch dropped 20 % of its frames/);
});

Deno.test("--json prints one document that fits its schema, and nothing else", async () => {
  const { code, text } = await told({ json: true }, { history: historyOf(CROWDED) });
  assert.equal(code, EXIT.ok);
  const told_ = v.parse(
    v.strictObject({
      session: SessionSchema,
      outputs: v.array(SessionSchema),
      report: ReportSchema,
    }),
    JSON.parse(text),
  );
  assert.deepEqual(told_.session, CROWDED.session);
  assert.equal(told_.report.findings[0]?.cause, "network");
});

Deno.test("colours are for terminals, and not with NO_COLOR", async () => {
  const history = historyOf(CROWDED);
  const terminal = await told({}, { history, columns: 60 });
  assert.ok(terminal.text.includes("\x1b[33m"));
  const plain = terminal.text.replace(/\p{Cc}\[\d+m/gu, "");
  assert.ok(plain.split("\n").every((line) => line.length <= 60));
  const wanted = await told({}, { history, columns: 60, env: { NO_COLOR: "1" } });
  assert.equal(wanted.text, plain);
});

Deno.test("--list tells ids, and of hostile names nothing that harms a terminal", async () => {
  const input = evening({ outputs: [{ name: "\x1b[2J\u202eevil\nname" }] });
  const history = historyOf({
    ...input,
    session: { ...input.session, name: "\x1b]0;title\x07", notes: "one\n\x1b[31mtwo" },
  });
  const { code, text } = await told({ list: true }, { history });
  assert.equal(code, EXIT.ok);
  assert.match(text, /^ {2}id +begin +duration +dropped +errors +name\n/);
  assert.match(text, new RegExp(`^ {2}1 .*${localDateTime(at("20:00"))} +2 h`, "m"));
  assert.match(text, /^ {4}2 .* {2}\[2Jevil name$/m);
  const report = await told({}, { history });
  for (const output of [text, report.text]) assert.ok(!/(?!\n)[\p{Cc}\u202e]/u.test(output));
  assert.match(report.text, /Notes\n {2}one\n {2}\[31mtwo$/);
});

Deno.test("--session takes a number of a session that there is", async () => {
  const history = historyOf(CROWDED);
  assert.equal((await told({ session: "1" }, { history })).code, EXIT.ok);
  const wrong: [Record<string, string | boolean>, RegExp][] = [
    [{ session: "99" }, /^There is no session 99\. The last ones are 1; all: --list\.$/],
    [{ session: "one" }, /must be a session's number, is "one"/],
    [{ session: "-1" }, /must be a session's number/],
    [{ session: "1", list: true }, /^Give --session or --list, not both\.$/],
  ];
  for (const [flags, pattern] of wrong) {
    await assert.rejects(
      told(flags, { history }),
      (error) => error instanceof UsageError && pattern.test(error.message),
    );
  }
  await assert.rejects(told({ session: "1" }, { history: null }), /There is none yet\.$/);
});

Deno.test("without a session it says so and ends with 1", async () => {
  const { code, text, errors } = await told({}, { history: null });
  assert.deepEqual([code, text], [EXIT.failed, ""]);
  assert.match(errors, /^There is no session yet in \/data\. .*deno task start\.$/);
  assert.equal(
    (await told({ list: true, json: true }, { history: null })).text,
    '{\n  "sessions": []\n}',
  );
});

/** Runs the built program to its end. */
async function outcome(args: string[]): Promise<{ code: number; output: string }> {
  await using process = startProcess(Deno.execPath(), {
    args: [...sidecarArguments().slice(0, -1), "report", ...args],
    cwd: ROOT,
    env: { HOME: "/nonexistent", PATH: Deno.env.get("PATH") ?? "", NO_COLOR: "1" },
  });
  const { code } = await process.ended();
  const lines = process.output().split("\n").filter((line) => !line.startsWith("Warning"));
  return { code, output: lines.join("\n").trim() };
}

Deno.test("the built program reads a history from disk", () =>
  withFolder(async (folder) => {
    assert.match((await outcome(["--help"])).output, /^Usage: deno task report \[options\]/);
    assert.deepEqual(await outcome(["--nonsense"]), {
      code: 2,
      output: "Unknown option '--nonsense'. See --help.",
    });
    const nothing = await outcome(["--data-dir", folder]);
    assert.equal(nothing.code, 1);
    assert.match(nothing.output, /^There is no session yet/);
    assert.deepEqual([...Deno.readDirSync(folder)], []);

    remember(`${folder}/history.db`, { sessions: [session({ id: 5 })] });
    const { code, output } = await outcome(["--data-dir", folder]);
    assert.equal(code, 0, output);
    assert.match(output, /^Session 5: .*\nA clean stream: 2 h to Twitch without a lost frame\./);
    assert.equal((await outcome(["--data-dir", folder, "--session", "6"])).code, 2);

    Deno.writeTextFileSync(`${folder}/history.db`, "garbage ".repeat(1000));
    const damaged = await outcome(["--data-dir", folder]);
    assert.equal(damaged.code, 2);
    assert.match(damaged.output, /^Cannot read .*history\.db: /);
  }));
