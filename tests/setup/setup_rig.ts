/** A user's home with OBS's files, and the setup command in it. */
import { CannotRunError } from "../../sidecar/cannot_run_error.ts";
import { EXIT, parseFlags } from "../../sidecar/cli/arguments.ts";
import { createSetupCommand } from "../../sidecar/cli/setup.ts";
import { dataDirFiles } from "../../sidecar/data_dir/data_dir.ts";
import { type Clock, systemClock } from "../../sidecar/time/clock.ts";
import { testEnvironment } from "../test_environment.ts";

/** What a run of the command came to. */
export interface SetupRun {
  code: number;
  printed: string;
}

/** A home folder. Disposing of it deletes it. */
export interface SetupRig extends Disposable {
  readonly home: string;
  /** `.config/obs-studio` in it. */
  readonly root: string;
  readonly dataDir: string;
  /** What the command takes OBS to be doing; null for not running. */
  obsRuns: string | null;
  /** Answers of the user at the terminal; without any there is no terminal. */
  answers: string[];
  /** Called at every look whether OBS runs. */
  onLook: () => void;
  /** Called at every question. */
  onAsk: () => void;
  clock: Clock;
  /** Where the program lies: its `sidecar/dist/`. */
  dist: URL;
  write(path: string, text: string): void;
  read(path: string): string;
  /** All files below the home's `.config/obs-studio`, by path. */
  files(): Record<string, string>;
  run(...args: string[]): Promise<SetupRun>;
}

/** Path of the overlay's script. */
export const SCRIPT = new URL("../../lua/obs_telemetry.lua", import.meta.url).pathname;

/** Makes a home without any file of OBS's; one that is given is not deleted. */
export function createSetupRig({ home: given }: { home?: string } = {}): SetupRig {
  const home = given ?? Deno.makeTempDirSync({ prefix: "setup-" });
  const root = `${home}/.config/obs-studio`;
  const dataDir = `${home}/data`;
  const rig: SetupRig = {
    home,
    root,
    dataDir,
    obsRuns: null,
    answers: [],
    onLook: () => {},
    onAsk: () => {},
    clock: systemClock,
    dist: new URL("../../sidecar/dist/", import.meta.url),
    write(path, text) {
      const whole = path.startsWith("/") ? path : `${root}/${path}`;
      Deno.mkdirSync(whole.slice(0, whole.lastIndexOf("/")), { recursive: true });
      Deno.writeTextFileSync(whole, text);
    },
    read: (path) => decode(Deno.readFileSync(path.startsWith("/") ? path : `${root}/${path}`)),
    files() {
      const files: Record<string, string> = {};
      collect(root, files);
      return files;
    },
    async run(...args) {
      let printed = "";
      const print = (line: string) => {
        printed += `${line}\n`;
      };
      const environment = testEnvironment({
        os: "linux",
        home,
        dist: rig.dist,
        print,
        printError: print,
      });
      const isTerminal = rig.answers.length > 0;
      const command = createSetupCommand({
        terminal: {
          isTerminal: () => isTerminal,
          ask: (question) => {
            print(question);
            rig.onAsk();
            return rig.answers.shift() ?? null;
          },
        },
        findRunningObs: () => {
          rig.onLook();
          return Promise.resolve({ reason: rig.obsRuns, doubt: null });
        },
        clock: rig.clock,
      });
      const flags = parseFlags(["--data-dir", dataDir, ...args], command.flags);
      try {
        return { code: await command.run(flags, environment), printed };
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        const code = error instanceof CannotRunError ? EXIT.cannotRun : EXIT.failed;
        return { code, printed: `${printed}${error.message}\n` };
      }
    },
    [Symbol.dispose]: () => {
      if (given === undefined) Deno.removeSync(home, { recursive: true });
    },
  };
  return rig;
}

/** The token of a data directory. */
export function tokenOf({ dataDir }: SetupRig): string {
  return Deno.readTextFileSync(dataDirFiles(dataDir).token).trim();
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

function collect(folder: string, files: Record<string, string>): void {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) collect(path, files);
    else files[path] = decode(Deno.readFileSync(path));
  }
}
