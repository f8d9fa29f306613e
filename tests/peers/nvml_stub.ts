/** A stand-in for NVIDIA's library, compiled from C, with cards that a test controls. */

const SOURCE = new URL("../fixtures/nvml_stub.c", import.meta.url);

const CONTROLS = {
  stub_set: { parameters: ["buffer", "i64"], result: "i32" },
  stub_result: { parameters: ["buffer", "i32"], result: "void" },
  stub_calls: { parameters: ["buffer"], result: "u32" },
  stub_waiting: { parameters: [], result: "u32" },
  stub_started: { parameters: [], result: "i32" },
  stub_add_session: { parameters: ["u32", "u32", "u32"], result: "void" },
  stub_clear_sessions: { parameters: [], result: "void" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What a test sets: counts and flags of the stub, by their names in nvml_stub.c. */
export type StubSetting =
  | "gpus"
  | "lost"
  | "lost_gpu"
  | "lost_after"
  | "blocked"
  | "reasons"
  | "celsius";

/** A session of some program's encoder. */
export interface StubSession {
  gpu?: number;
  pid: number;
  latencyUs: number;
}

/** One compiled library, with state of its own. */
export class NvmlStub implements AsyncDisposable {
  readonly path: string;
  readonly #folder: string;
  readonly #library: Deno.DynamicLibrary<typeof CONTROLS>;

  private constructor(folder: string, path: string) {
    this.path = path;
    this.#folder = folder;
    this.#library = Deno.dlopen(path, CONTROLS);
  }

  /** Compiles the stub without the functions named in `without`. */
  static async compile({ without = [] }: { without?: string[] } = {}): Promise<NvmlStub> {
    const folder = await Deno.makeTempDir({ prefix: "nvml-stub-" });
    const path = `${folder}/libnvidia-ml.so.1`;
    const { success, stderr } = await new Deno.Command("cc", {
      args: [
        "-shared",
        "-fPIC",
        "-pthread",
        "-O1",
        ...without.map((name) => `-DWITHOUT_${name}`),
        SOURCE.pathname,
        "-o",
        path,
      ],
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return new NvmlStub(folder, path);
  }

  set(setting: StubSetting, value: number): void {
    const code = this.#library.symbols.stub_set(cString(setting), BigInt(value));
    if (code !== 0) throw new Error(`The stub has no setting ${setting}`);
  }

  /** Makes a function return `code` from now on; 0 lets it work again. */
  setResult(functionName: string, code: number): void {
    this.#library.symbols.stub_result(cString(functionName), code);
  }

  /** How often a function was called. */
  calls(functionName: string): number {
    return this.#library.symbols.stub_calls(cString(functionName));
  }

  /** Calls that wait until `blocked` is 0 again. */
  waiting(): number {
    return this.#library.symbols.stub_waiting();
  }

  /** `nvmlInit_v2` less `nvmlShutdown`. */
  started(): number {
    return this.#library.symbols.stub_started();
  }

  setSessions(sessions: StubSession[]): void {
    this.#library.symbols.stub_clear_sessions();
    for (const { gpu = 0, pid, latencyUs } of sessions) {
      this.#library.symbols.stub_add_session(gpu, pid, latencyUs);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.set("blocked", 0);
    this.#library.close();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}
