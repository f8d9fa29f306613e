/** How a session's post-mortem reads in a terminal. */
import type { Comparison, Report, ReportFinding } from "../../shared/report.ts";
import type { Session } from "../../shared/session.ts";
import type { Severity } from "../../shared/severity.ts";
import { cleanText } from "../../shared/text.ts";
import { droppedPercent } from "../report/figures.ts";
import {
  capital,
  decimal,
  localDateTime,
  localTime,
  percentWords,
  thousands,
} from "../report/words.ts";
import { durationWords } from "../time/duration_words.ts";
import { columnsOf, cutToColumns, paddedTo, shortenedTo } from "./text_columns.ts";
import { bold, colour, type LineStyle, wrapped } from "./text_lines.ts";

/** Words of one width, and the colours of ECMA-48 for them. */
const MARKS: Readonly<Record<Severity, { word: string; colour: number }>> = {
  info: { word: "info", colour: 36 },
  warning: { word: "warn", colour: 33 },
  error: { word: "BAD ", colour: 31 },
  critical: { word: "BAD ", colour: 31 },
};

const VERDICT_COLOURS = { good: 32, fair: 33, bad: 31 } as const;

const JUDGEMENT_COLOURS = { better: 32, same: 90, worse: 31 } as const;

const ENDS = {
  stopped: "",
  obs_crashed: ", OBS crashed",
  sidecar_stopped: ", not watched to its end",
  machine_slept: ", the PC slept",
} as const;

/** A session with its report. */
export interface ToldSession {
  session: Session;
  outputs: readonly Session[];
  report: Report;
}

/** The whole report. */
export function reportLines({ session, outputs, report }: ToldSession, style: LineStyle): string[] {
  const figures = session.kind === "evening" && outputs.length > 0 ? outputs : [session];
  return [
    bold(`Session ${session.id}: ${whenWords(session)}`, style),
    ...wrapped(report.summary, { width: style.width, first: "", rest: "" })
      .map((line) => colour(line, { style, code: VERDICT_COLOURS[report.verdict] })),
    "",
    ...outputLines(figures, style),
    ...report.findings.length === 0 ? [] : ["", bold("What happened", style)],
    ...report.findings.flatMap((finding) => findingLines(finding, style)),
    ...comparisonLines(report.comparison, { session, style }),
    ...listed("Trends", report.trends, style),
    ...listed("Notes", session.notes.split("\n").filter((line) => line.trim() !== ""), style),
  ];
}

/** Evenings with their outputs, a line each. */
export function listLines(
  sessions: readonly (Session & { outputs: readonly Session[] })[],
  style: LineStyle,
): string[] {
  if (sessions.length === 0) {
    return ["There is no session yet. The sidecar remembers each stream that it watches."];
  }
  const rows = sessions.flatMap((evening) => [
    listCells(evening, ""),
    ...evening.outputs.map((output) => listCells(output, "  ")),
  ]);
  return table(rows, [["id", "begin", "duration", "dropped", "errors", "name"]])
    .map((line) => cutToColumns(line, style.width));
}

function listCells(session: Session, indent: string): string[] {
  return [
    `${indent}${session.id}`,
    localDateTime(session.start_time),
    `${durationWords(session.duration_s)}${session.end_time === null ? " so far" : ""}`,
    percentOr(droppedPercent(session)),
    String(session.errors),
    `${indent}${nameOf(session)}`,
  ];
}

const OUTPUT_HEAD = [
  ["output", "duration", "average", "held 95 %", "target", "dropped", "lost line"],
  ["", "", "kbit/s", "kbit/s", "kbit/s"],
];

/** Columns that a name is left at least, however narrow the terminal is. */
const LEAST_NAME = 8;

/** The outputs' table. A name that does not fit is shortened: the figures stay whole. */
function outputLines(outputs: readonly Session[], style: LineStyle): string[] {
  const rows = outputs.map(outputCells);
  const wide = widest(table(rows, OUTPUT_HEAD));
  const longest = widest(rows.map(([name = ""]) => name));
  const room = Math.max(LEAST_NAME, longest - Math.max(0, wide - style.width));
  const lines = table(
    rows.map(([name = "", ...cells]) => [shortenedTo(name, room), ...cells]),
    OUTPUT_HEAD,
  );
  return widest(lines) <= style.width ? lines : outputs.flatMap((one) => outputWords(one, style));
}

/** An output's figures in words, for a terminal that is too narrow for the table. */
function outputWords(output: Session, { width }: LineStyle): string[] {
  const [, duration, average, held, target, dropped, lost] = outputCells(output);
  const text =
    `${shortenedTo(nameOf(output), width - 6)}: ${duration}, average ${average} kbit/s, ` +
    `held 95 % ${held} kbit/s, target ${target} kbit/s, dropped ${dropped}, lost line ${lost}`;
  return wrapped(text, { width, first: "  ", rest: "    " });
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map(columnsOf));
}

function outputCells(session: Session): string[] {
  return [
    nameOf(session),
    durationWords(session.duration_s),
    thousandsOr(session.avg_bitrate_kbps),
    thousandsOr(session.p5_bitrate_kbps),
    thousandsOr(session.target_bitrate_kbps),
    percentOr(droppedPercent(session)),
    session.reconnects === null ? "-" : `${session.reconnects} x`,
  ];
}

function findingLines(finding: ReportFinding, style: LineStyle): string[] {
  const { word, colour: code } = MARKS[finding.severity];
  const indent = " ".repeat(10);
  const width = style.width - indent.length;
  const [first = "", ...rest] = wrapped(finding.text, { width, first: "", rest: "" });
  const remedy = finding.remedy === ""
    ? []
    : wrapped(finding.remedy, { width, first: "→ ", rest: "  " })
      .map((line) => colour(line, { style, code: 1 }));
  return [
    `  ${colour(`[${word}]`, { style, code })}  ${first}`,
    ...[...rest, ...remedy].map((line) => `${indent}${line}`),
  ];
}

function comparisonLines(
  comparison: readonly Comparison[],
  { session, style }: { session: Session; style: LineStyle },
): string[] {
  if (comparison.length === 0) return [];
  const count = Math.max(...comparison.map(({ sessions }) => sessions));
  const what = session.kind === "evening" ? "evenings" : "streams of this platform";
  const rows = comparison.map(({ label, unit, value, usual, judgement }) => [
    label,
    withUnit(value, unit),
    withUnit(usual, unit),
    judgement,
  ]);
  const lines = table(rows, [["", "this time", "usually", ""]]);
  return [
    "",
    bold(`Beside the last ${count} ${what}`, style),
    ...lines.map((line, index) => {
      const judgement = comparison[index - 2]?.judgement;
      const short = cutToColumns(line, style.width);
      return judgement === undefined ? short : short.replace(
        new RegExp(`${judgement}$`),
        colour(judgement, { style, code: JUDGEMENT_COLOURS[judgement] }),
      );
    }),
  ];
}

function listed(title: string, texts: readonly string[], style: LineStyle): string[] {
  if (texts.length === 0) return [];
  return [
    "",
    bold(title, style),
    ...texts.flatMap((text) =>
      wrapped(cleanText(text, 400), { width: style.width - 2, first: "", rest: "" })
        .map((line) => `  ${line}`)
    ),
  ];
}

/** Cells in columns, with a line of dashes below the head. */
function table(
  rows: readonly (readonly string[])[],
  head: readonly (readonly string[])[],
): string[] {
  const all = [...head, ...rows];
  const widths = (head[0] ?? []).map((_, column) =>
    Math.max(...all.map((row) => columnsOf(row[column] ?? "")))
  );
  const lineOf = (row: readonly string[]) =>
    `  ${row.map((cell, column) => paddedTo(cell, widths[column] ?? 0)).join("  ")}`.trimEnd();
  return [
    ...head.map(lineOf),
    `  ${widths.map((width) => "-".repeat(width)).join("  ")}`,
    ...rows.map(lineOf),
  ];
}

function whenWords(session: Session): string {
  const begin = localDateTime(session.start_time);
  if (session.end_time === null) return `since ${begin}`;
  const end = session.end_time - session.start_time < 12 * 3_600_000
    ? localTime(session.end_time)
    : localDateTime(session.end_time);
  return `${begin} to ${end}${session.ended === null ? "" : ENDS[session.ended]}`;
}

function nameOf({ name, output_id }: Session): string {
  return capital(cleanText(name) || cleanText(output_id ?? "") || "-");
}

function percentOr(value: number | null): string {
  return value === null ? "-" : percentWords(value);
}

function thousandsOr(value: number | null): string {
  return value === null ? "-" : thousands(value);
}

function withUnit(value: number, unit: string): string {
  if (unit === "%") return percentWords(value);
  if (unit === "Cel") return `${decimal(value, 0)} °C`;
  return unit === "kbit/s" ? `${thousands(value)} kbit/s` : decimal(value, 1);
}
