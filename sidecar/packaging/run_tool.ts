/** What running a tool may want besides its arguments. */
export interface RunToolOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** What to install if the tool is not there. */
  install?: string;
}

/**
 * Runs a tool to its end.
 * @returns what it printed
 * @throws if it is not installed, or fails: with the end of what it said
 */
export async function runTool(
  [command = "", ...args]: readonly string[],
  { install, ...options }: RunToolOptions = {},
): Promise<string> {
  let result: Deno.CommandOutput;
  try {
    result = await new Deno.Command(command, { args, stdin: "null", ...options }).output();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound) || install === undefined) throw cause;
    throw new Error(`${command} is not installed: ${install}`, { cause });
  }
  const printed = new TextDecoder().decode(result.stdout);
  if (result.success) return printed;
  const said = printed + new TextDecoder().decode(result.stderr);
  throw new Error(`${command} ${args.join(" ")} fails: ${said.slice(-2000)}`);
}
