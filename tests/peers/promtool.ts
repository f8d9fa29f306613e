/** promtool: Prometheus's own checks of what it is given. */
import { trixieProgram } from "./trixie_program.ts";

/** How a program ended. */
export interface Ended {
  code: number;
  /** Standard output and standard error. */
  output: string;
}

/** What promtool says to arguments, and to `input` on its standard input. */
export async function promtool(args: string[], { input = "" } = {}): Promise<Ended> {
  const child = new Deno.Command(await trixieProgram("promtool", "promtool"), {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writing = new Blob([input]).stream().pipeTo(child.stdin);
  const { code, stdout, stderr } = await child.output();
  await writing;
  return { code, output: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}
