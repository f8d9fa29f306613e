/** The product's commands. The only file that reads the process's arguments and environment. */
import { homedir } from "node:os";
import { CannotRunError } from "./cannot_run_error.ts";
import { EXIT, parseFlags, UsageError } from "./cli/arguments.ts";
import type { Command } from "./cli/command.ts";
import type { CommandName } from "./cli/help.ts";
import { AlreadyRunningError } from "./data_dir/instance_lock.ts";
import { inventoryCommand } from "./diagnose/inventory.ts";
import type { Environment } from "./environment.ts";
import { VERSION } from "./version.ts";

/** Loaded one by one: what a command does not need is not in its memory. */
const COMMANDS: Readonly<Record<CommandName, () => Promise<Command>>> = {
  start: async () => (await import("./cli/start.ts")).start,
  preflight: async () => (await import("./cli/preflight.ts")).preflight,
  setup: async () => (await import("./cli/setup.ts")).setup,
  dock: async () => (await import("./cli/dock.ts")).dock,
  diagnose: async () => (await import("./cli/diagnose.ts")).diagnose,
  autostart: async () => (await import("./cli/autostart.ts")).autostart,
  demo: async () => (await import("./cli/demo.ts")).demo,
  vault: async () => (await import("./cli/vault.ts")).vault,
  report: async () => (await import("./cli/report.ts")).report,
  stop: async () => (await import("./cli/stop.ts")).stop,
};

/** Commands that the sidecar calls itself by. */
const INTERNAL: Readonly<Record<string, () => Promise<Command>>> = {
  keyring: async () => (await import("./cli/keyring.ts")).keyring,
};

/** What stands in a command's place where the program is asked about itself. */
const HELP = ["help", "--help", "-h"];

async function main(args: readonly string[], environment: Environment): Promise<number> {
  const isHelp = args.length === 0 || HELP.includes(args[0] ?? "");
  // "help start" is "start --help".
  const [name, ...rest] = isHelp && args[1] !== undefined ? [args[1], "--help"] : args;
  try {
    if (name === undefined || HELP.includes(name)) {
      environment.print((await import("./cli/help.ts")).helpText());
      return EXIT.ok;
    }
    if (name === "--version") {
      environment.print(VERSION);
      return EXIT.ok;
    }
    const command = await commandNamed(name);
    const flags = parseFlags(rest, command.flags, command);
    if (flags["help"] === true) environment.print(command.help);
    else if (flags["version"] === true) environment.print(VERSION);
    else return await command.run(flags, environment);
    return EXIT.ok;
  } catch (error) {
    environment.printError(error instanceof Error ? error.message : String(error));
    return exitCodeOf(error);
  }
}

/** @throws UsageError if there is none of that name */
async function commandNamed(name: string): Promise<Command> {
  const commands: typeof INTERNAL = { ...COMMANDS, ...INTERNAL };
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load !== undefined) return await load();
  throw new UsageError((await import("./cli/help.ts")).unknownCommandText(name));
}

function exitCodeOf(error: unknown): number {
  if (error instanceof AlreadyRunningError) return EXIT.alreadyRunning;
  return error instanceof CannotRunError ? EXIT.cannotRun : EXIT.failed;
}

function onStop(stop: () => void): void {
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) Deno.addSignalListener(signal, stop);
}

function write(stream: typeof Deno.stdout, line: string): void {
  try {
    stream.writeSync(new TextEncoder().encode(`${line}\n`));
  } catch {
    // The terminal is gone; the log file is still there.
  }
}

if (import.meta.main) {
  const dist = new URL("./", import.meta.url);
  Deno.exit(
    await main(Deno.args, {
      os: Deno.build.os,
      pid: Deno.pid,
      env: (name) => Deno.env.get(name),
      home: homedir() || null,
      hostName: Deno.hostname(),
      dist,
      inventoryCommand: inventoryCommand(dist),
      print: (line) => write(Deno.stdout, line),
      printError: (line) => write(Deno.stderr, line),
      onStop,
    }),
  );
}
