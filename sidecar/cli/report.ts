import { dataDirFiles } from "../data_dir/data_dir.ts";
import type { Environment } from "../environment.ts";
import { openHistoryToRead, type ReadHistory } from "../history/read_history.ts";
import { sessionDetail } from "../sessions/session_detail.ts";
import type { FoundSession } from "../sessions/session_reader.ts";
import { EXIT, type Flags, textFlag, UsageError } from "./arguments.ts";
import type { Command } from "./command.ts";
import { listLines, reportLines } from "./report_lines.ts";
import { chosenDataDir } from "./session.ts";
import type { LineStyle } from "./text_lines.ts";

/** Widest text that reads well, and the narrowest that still does. */
const MAX_WIDTH = 110;
const MIN_WIDTH = 40;

/** Evenings that are listed. */
const MOST_LISTED = 100;

const HELP = `Usage: deno task report [options]

How did the stream go? What went wrong, when, why and what to do about it; how it compares with the
evenings before. Without --session it tells of the last evening, or of the one that goes on.

  --session ID     another session; --list tells the ids
  --list           list the evenings with their outputs, the newest first
  --json           print one JSON document, and nothing else
  --data-dir DIR   the sidecar's data directory, if it was given one
  --help           print this
  --version        print the version

Exit codes: 0 told, 1 there is no session yet, 2 could not run.`;

/** What the command needs from outside; tests give their own. */
export interface ReportTools {
  /** Columns of the terminal; null if it is none. */
  columns(): number | null;
  /** Opens the history; null if nothing was ever remembered. */
  open(path: string): ReadHistory | null;
  /** Unix milliseconds. */
  now(): number;
}

/** Makes the command. */
export function createReportCommand(tools: ReportTools): Command {
  return {
    name: "report",
    help: HELP,
    flags: { session: "string", list: "boolean", json: "boolean", "data-dir": "string" },
    run: (flags, environment) => run(flags, { environment, tools }),
  };
}

/** `deno task report`: a session's post-mortem. */
export const report = createReportCommand({
  columns: () => Deno.stdout.isTerminal() ? Deno.consoleSize().columns : null,
  open: openHistoryToRead,
  now: Date.now,
});

async function run(
  flags: Flags,
  { environment, tools }: { environment: Environment; tools: ReportTools },
): Promise<number> {
  const id = sessionFlag(flags);
  const isList = flags["list"] === true;
  if (isList && id !== null) throw new UsageError("Give --session or --list, not both.");
  const dataDir = dataDirFiles(chosenDataDir(textFlag(flags, "data-dir"), environment));
  using history = tools.open(dataDir.history);
  const isJson = flags["json"] === true;
  const style = styleOf(tools, environment);
  if (isList) {
    const sessions = history?.sessions.list({ limit: MOST_LISTED }) ?? [];
    const lines = isJson ? [JSON.stringify({ sessions }, null, 2)] : listLines(sessions, style);
    for (const line of lines) environment.print(line);
    return EXIT.ok;
  }
  const found = history === null ? null : chosenSession(history, id);
  if (history === null || found === null) {
    if (id !== null) throw new UsageError(unknownSession(id, history));
    environment.printError(
      `There is no session yet in ${dataDir.root}. The sidecar remembers each stream that it ` +
        "watches: deno task start.",
    );
    return EXIT.failed;
  }
  const { report: made } = await sessionDetail(found, {
    points: 0,
    nowMs: tools.now(),
    sources: { ...history, earlier: history.sessions.earlier },
  });
  const lines = isJson
    ? [JSON.stringify({ ...found, report: made }, null, 2)]
    : reportLines({ ...found, report: made }, style);
  for (const line of lines) environment.print(line);
  return EXIT.ok;
}

function chosenSession({ sessions }: ReadHistory, id: number | null): FoundSession | null {
  if (id !== null) return sessions.find(id);
  const [last] = sessions.list({ limit: 1 });
  if (last === undefined) return null;
  const { outputs, ...session } = last;
  return { session, outputs };
}

function sessionFlag(flags: Flags): number | null {
  const text = textFlag(flags, "session");
  if (text === null) return null;
  if (!/^\d{1,15}$/.test(text)) {
    throw new UsageError(
      `--session must be a session's number, is "${text}". deno task report --list tells them.`,
    );
  }
  return Number(text);
}

function unknownSession(id: number, history: ReadHistory | null): string {
  const ids = history?.sessions.list({ limit: 10 }).map((session) => session.id) ?? [];
  return `There is no session ${id}. ${
    ids.length === 0 ? "There is none yet." : `The last ones are ${ids.join(", ")}; all: --list.`
  }`;
}

function styleOf(tools: ReportTools, { env }: Environment): LineStyle {
  const columns = tools.columns();
  return {
    colours: columns !== null && !env("NO_COLOR"),
    // Some terminals do not tell.
    width: Math.min(
      MAX_WIDTH,
      columns === null || columns <= 0 ? 80 : Math.max(MIN_WIDTH, columns),
    ),
  };
}
