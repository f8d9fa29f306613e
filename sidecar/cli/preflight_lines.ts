/** How a run of the checks reads in a terminal. */
import type { CheckReport, Finding, PreflightReport } from "../../shared/preflight.ts";
import { bold, colour, type LineStyle, wrapped } from "./text_lines.ts";
import { CHECK_GROUPS, type CheckGroup } from "../../shared/preflight.ts";

const GROUP_NAMES: Readonly<Record<CheckGroup, string>> = {
  obs: "OBS",
  network: "Network",
  bandwidth: "Bandwidth",
  machine: "This PC",
  metrics: "Metrics",
};

/** Words of one width, and the colours of ECMA-48 for them. */
const MARKS: Readonly<Record<CheckReport["status"], { word: string; colour: number }>> = {
  waiting: { word: "····", colour: 90 },
  running: { word: "····", colour: 36 },
  pass: { word: " ok ", colour: 32 },
  warning: { word: "warn", colour: 33 },
  fail: { word: "FAIL", colour: 31 },
  skipped: { word: " –  ", colour: 90 },
};

/** Characters before a check's name in its line. */
const MARK_WIDTH = 10;

/** One line for each check, for a terminal that shows how a run stands. */
export function liveLines(report: PreflightReport, style: LineStyle): string[] {
  return grouped(report).flatMap(([group, checks]) => [
    bold(GROUP_NAMES[group], style),
    ...checks.map((check) => {
      const [worst] = worstFirst(check.findings);
      const more = check.progress ?? (worst === undefined ? "" : worst.seen);
      const text = more === "" ? check.name : `${check.name}: ${more}`;
      return `  ${mark(check.status, style)}  ${cut(text, style.width - MARK_WIDTH)}`;
    }),
  ]);
}

/** The whole advice: what was seen in each check, and what to do about it. */
export function reportLines(report: PreflightReport, style: LineStyle): string[] {
  const groups = grouped(report).flatMap(([group, checks]) => [
    bold(GROUP_NAMES[group], style),
    ...collapsed(checks).flatMap((check) => checkLines(check, style)),
    "",
  ]);
  return [...groups, ...verdictLines(report, style)];
}

/** A check's line when it has ended, for output that is no terminal. */
export function endedLine({ name, status, duration_ms }: CheckReport): string {
  return `${MARKS[status].word.trim()} ${name} (${((duration_ms ?? 0) / 1000).toFixed(1)} s)`;
}

/** The checks, with those that were skipped for the same reason as one: without OBS, most are. */
function collapsed(checks: readonly CheckReport[]): CheckReport[] {
  const reasonOf = ({ status, findings }: CheckReport) =>
    status === "skipped" ? JSON.stringify(findings) : null;
  return checks.flatMap((check, index) => {
    const reason = reasonOf(check);
    if (reason === null) return [check];
    const same = checks.filter((other) => reasonOf(other) === reason);
    if (same.length === 1) return [check];
    const isFirst = checks.findIndex((other) => reasonOf(other) === reason) === index;
    return isFirst ? [{ ...check, name: `${same.length} checks` }] : [];
  });
}

function checkLines(check: CheckReport, style: LineStyle): string[] {
  const indent = " ".repeat(8);
  return [
    `  ${mark(check.status, style)}  ${check.name}`,
    ...check.findings.flatMap((finding) => findingLines(finding, style))
      .map((line) => `${indent}${line}`),
  ];
}

function findingLines({ seen, expected, remedy, status }: Finding, style: LineStyle): string[] {
  const width = style.width - 8;
  return [
    ...wrapped(seen, { width, first: "", rest: "" }),
    ...expected === null ? [] : wrapped(expected, { width, first: "Should be: ", rest: "  " }),
    ...remedy === null ? [] : wrapped(remedy, { width, first: "→ ", rest: "  " })
      .map((line) => status === "skipped" ? line : colour(line, { style, code: 1 })),
  ];
}

function verdictLines(report: PreflightReport, style: LineStyle): string[] {
  const { verdict, stopped, checks } = report;
  if (stopped !== null) return [bold(`STOPPED: ${stopped}`, style)];
  const count = (status: CheckReport["status"]) =>
    checks.filter((check) => check.status === status).length;
  const warnings = count("warning");
  const noted = warnings === 0 ? "" : warnings === 1 ? " One warning." : ` ${warnings} warnings.`;
  if (verdict === "go") {
    return [colour(`GO. Nothing stands in the way of tonight.${noted}`, { style, code: 32 })];
  }
  const failures = count("fail");
  const what = failures === 1 ? "One thing" : `${failures} things`;
  return [colour(`NO-GO. ${what} to mend first, see above.${noted}`, { style, code: 31 })];
}

function grouped({ checks }: PreflightReport): [CheckGroup, CheckReport[]][] {
  return CHECK_GROUPS
    .map((group): [CheckGroup, CheckReport[]] => [
      group,
      checks.filter((check) => check.group === group),
    ])
    .filter(([, members]) => members.length > 0);
}

function worstFirst(findings: readonly Finding[]): Finding[] {
  const order = ["fail", "warning", "pass", "skipped"];
  return findings.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

function mark(status: CheckReport["status"], style: LineStyle): string {
  const { word, colour: code } = MARKS[status];
  return colour(`[${word}]`, { style, code });
}
