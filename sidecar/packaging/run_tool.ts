import { DeadlineError, withDeadline } from "../time/deadline.ts";

/** What running a tool may want besides its arguments. */
export interface RunToolOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** What to install if the tool is not there. */
  install?: string;
  /** Longest time in milliseconds; then it is killed. */
  withinMs?: number;
}

/**
 * Runs a tool to its end.
 * @returns what it printed
 * @throws if it is not installed, takes too long, or fails: with the end of what it said
 */
export async function runTool(
  [command = "", ...args]: readonly string[],
  { install, withinMs, ...options }: RunToolOptions = {},
): Promise<string> {
  let result: Deno.CommandOutput;
  try {
    const piped = { stdin: "null", stdout: "piped", stderr: "piped" } as const;
    const child = new Deno.Command(command, { args, ...piped, ...options }).spawn();
    result = await outputOf(child, { command, withinMs });
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound) || install === undefined) throw cause;
    throw new Error(`${command} is not installed: ${install}`, { cause });
  }
  const printed = new TextDecoder().decode(result.stdout);
  if (result.success) return printed;
  const said = printed + new TextDecoder().decode(result.stderr);
  throw new Error(`${command} ${args.join(" ")} fails: ${said.slice(-2000)}`);
}

async function outputOf(
  child: Deno.ChildProcess,
  { command, withinMs }: { command: string; withinMs: number | undefined },
): Promise<Deno.CommandOutput> {
  if (withinMs === undefined) return await child.output();
  try {
    return await withDeadline(child.output(), { ms: withinMs, what: command });
  } catch (error) {
    if (error instanceof DeadlineError) child.kill("SIGKILL");
    throw error;
  }
}
