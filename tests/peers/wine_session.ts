/** A Windows that keeps running: programs are handed in as files, and their answers come back so. */
import { until } from "./until.ts";
import type { WineResult } from "./wine.ts";

/** A running Windows. Disposing of it shuts it down with all programs in it. */
export interface WineSession extends AsyncDisposable {
  /** Linux's number of its first process: all that runs in this Windows descends from it. */
  readonly pid: number;
  /** The user's `%APPDATA%` as the test sees it. */
  readonly appData: string;
  /** The user's `%LOCALAPPDATA%` as the test sees it. */
  readonly localAppData: string;
  /**
   * Runs a program to its end; its first word is a Windows path.
   * @param options.input its standard input
   * @param options.env variables of its environment besides Windows's own
   */
  run(
    words: readonly string[],
    options?: { input?: string; env?: Readonly<Record<string, string>> },
  ): Promise<WineResult>;
}

/** Longest time that one program may take. */
const PROGRAM_MS = 120_000;
const END_MS = 30_000;

/**
 * Runs each `/session/jobs/N.sh` as it appears, at the same time as the others, until
 * `/session/jobs/end` does. What it prints and its exit code lie beside it.
 */
export const SESSION_LOOP = `mkdir -p /session/jobs
while [ ! -e /session/jobs/end ]; do
  for job in /session/jobs/*.sh; do
    [ -e "$job" ] || continue
    name=\${job%.sh}
    mv "$job" "$name.begun"
    { code=0; /bin/sh "$name.begun" <"$name.input" >"$name.output" 2>&1 || code=$?
      echo $code >"$name.ending"; mv "$name.ending" "$name.code"; } &
  done
  sleep 0.05
done
`;

/** Starts the session's command, and hands programs to its loop. */
export async function openWineSession(
  { folder, command, user }: { folder: string; command: Deno.Command; user: string },
): Promise<WineSession> {
  const jobs = `${folder}/jobs`;
  await Deno.remove(jobs, { recursive: true }).catch(() => {});
  await Deno.mkdir(jobs);
  const child = command.spawn();
  const ended = child.output();
  let running = true;
  void ended.then(() => running = false, () => running = false);
  let count = 0;
  const home = `${folder}/windows/drive_c/users/${user}`;
  return {
    pid: child.pid,
    appData: `${home}/AppData/Roaming`,
    localAppData: `${home}/AppData/Local`,
    async run(words, { input = "", env = {} } = {}) {
      const job = `${jobs}/${count++}`;
      await Deno.writeTextFile(`${job}.input`, input);
      const set = Object.entries(env).map(([name, value]) => quoted(`${name}=${value}`));
      const line = ["exec", "env", ...set, "wine", ...words.map(quoted)].join(" ");
      await Deno.writeTextFile(`${job}.new`, `${line}\n`);
      await Deno.rename(`${job}.new`, `${job}.sh`);
      const code = await until(() => {
        if (!running) throw new Error("the session has ended");
        return Deno.readTextFileSync(`${job}.code`);
      }, { what: `${words[0]} ends`, withinMs: PROGRAM_MS });
      return { code: Number(code), output: await Deno.readTextFile(`${job}.output`) };
    },
    async [Symbol.asyncDispose]() {
      await Deno.writeTextFile(`${jobs}/end`, "");
      const timer = setTimeout(() => running && child.kill("SIGKILL"), END_MS);
      await ended.catch(() => {});
      clearTimeout(timer);
    },
  };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
