import type {
  CheckGroup,
  CheckReport,
  Finding,
  PreflightReport,
} from "../../../shared/preflight.ts";
import { platformTitle } from "../settings/platform_title.ts";

/** Checks that stand together under a heading. */
export interface GroupView {
  key: string;
  title: string;
  /** In the order of the report. */
  checks: CheckReport[];
}

const TITLES: Readonly<Record<CheckGroup, string>> = {
  obs: "OBS",
  network: "Network",
  bandwidth: "Bandwidth",
  machine: "Machine",
  metrics: "Metrics",
};

const ORDER = Object.keys(TITLES);

/** The checks of a report under their headings; those of the network under one for each platform. */
export function groupViews({ checks }: Pick<PreflightReport, "checks">): GroupView[] {
  const groups = new Map<string, GroupView & { order: number }>();
  for (const check of checks) {
    const platform = check.group === "network" ? check.platform : null;
    const key = platform === null ? check.group : `network ${platform}`;
    const view = groups.get(key) ?? {
      key,
      title: platform === null ? TITLES[check.group] : `Network: ${platformTitle(platform)}`,
      checks: [],
      order: ORDER.indexOf(check.group),
    };
    view.checks.push(check);
    groups.set(key, view);
  }
  return [...groups.values()].sort((a, b) => a.order - b.order);
}

/** How a check or a finding stands; `waiting` and `running` are of checks alone. */
export type CheckStatus = CheckReport["status"];

/** The status in a word, where a mark alone would leave it to colour and shape. */
export const STATUS_WORDS: Readonly<Record<CheckStatus, string>> = {
  fail: "Failed",
  warning: "Warning",
  pass: "Fine",
  skipped: "Skipped",
  running: "Running",
  waiting: "Waiting",
};

const WORST_FIRST: readonly CheckStatus[] = [
  "fail",
  "warning",
  "running",
  "waiting",
  "pass",
  "skipped",
];

/** The worst first; those that are as bad stay in their order. */
export function worstFirst<T extends { status: CheckStatus }>(all: readonly T[]): T[] {
  return [...all].sort((a, b) => WORST_FIRST.indexOf(a.status) - WORST_FIRST.indexOf(b.status));
}

/** The groups in which something needs attention before those that are fine. */
export function troubledFirst(groups: readonly GroupView[]): GroupView[] {
  const isTroubled = ({ checks }: GroupView): boolean => checks.some(isTrouble);
  return [...groups.filter(isTroubled), ...groups.filter((group) => !isTroubled(group))];
}

/** Whether a check or a finding needs the user's attention. */
export function isTrouble({ status }: { status: CheckStatus }): boolean {
  return status === "fail" || status === "warning";
}

/** What a check shows on one line: what it does now, else the worst that it saw. */
export function lineOf({ status, progress, findings }: CheckReport): string {
  if (status === "running") return progress ?? "…";
  return worstFirst(findings)[0]?.seen ?? "";
}

/** A check's name under its group's title, which need not say "OBS" again: "Sound". */
export function nameUnder(title: string, name: string): string {
  const prefix = `${title.split(": ").pop()}: `;
  if (!name.startsWith(prefix)) return name;
  const rest = name.slice(prefix.length);
  return rest.slice(0, 1).toUpperCase() + rest.slice(1);
}

/** How many checks of each kind: "1 failed, 2 warnings, 8 fine, 1 skipped". */
export function countsText(checks: readonly Pick<CheckReport, "status">[]): string {
  const count = (...statuses: CheckStatus[]): number =>
    checks.filter(({ status }) => statuses.includes(status)).length;
  const warnings = count("warning");
  const parts: [number, string][] = [
    [count("fail"), "failed"],
    [warnings, warnings === 1 ? "warning" : "warnings"],
    [count("pass"), "fine"],
    [count("skipped"), "skipped"],
    [count("waiting", "running"), "not ended"],
  ];
  return parts.filter(([n]) => n > 0).map(([n, word]) => `${n} ${word}`).join(", ");
}

/** The worst finding of a report and its check; null where nothing needs attention. */
export function worstOf(
  { checks }: Pick<PreflightReport, "checks">,
): { check: CheckReport; finding: Finding } | null {
  const all = checks.flatMap((check) =>
    check.findings.map((finding) => ({ check, finding, status: finding.status }))
  );
  return worstFirst(all.filter(isTrouble))[0] ?? null;
}
