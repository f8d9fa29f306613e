/** The built `deno task preflight` in a home and a data directory of its own. */
import { silentLog } from "../../sidecar/log/log.ts";
import { systemClock } from "../../sidecar/time/clock.ts";
import { keyFileBackend } from "../../sidecar/vault/system_backends.ts";
import { openVault } from "../../sidecar/vault/vault.ts";
import { vaultFiles } from "../../sidecar/vault/vault_files.ts";
import { sidecarArguments } from "../peers/sidecar.ts";

/** A stream key that must be seen nowhere. */
export const CANARY = "live_canary-4d1e9a";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** What a run of the command left. */
export interface PreflightOutcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** A run that is under way. */
export interface StartedPreflight {
  readonly pid: number;
  /** Standard output so far. */
  printed(): string;
  interrupt(): void;
  outcome: Promise<PreflightOutcome>;
}

/** The command and its files. Disposing of it deletes them. */
export interface PreflightRig extends AsyncDisposable {
  readonly dataDir: string;
  configure(config: string): Promise<void>;
  /** Stores the canary as a platform's key, for the host of a URL. */
  setKey(platform: string, host: string): Promise<void>;
  start(args: readonly string[]): StartedPreflight;
  run(...args: string[]): Promise<PreflightOutcome>;
}

/** Makes a rig. */
export async function preflightRig(
  { home }: { home?: string } = {},
): Promise<PreflightRig> {
  const folder = await Deno.makeTempDir({ prefix: "preflight-" });
  const dataDir = `${folder}/data`;
  await Deno.mkdir(dataDir);

  function start(args: readonly string[]): StartedPreflight {
    const child = new Deno.Command(Deno.execPath(), {
      args: [...sidecarArguments().slice(0, -1), "preflight", "--data-dir", dataDir, ...args],
      cwd: ROOT,
      env: { HOME: home ?? folder, PATH: Deno.env.get("PATH") ?? "" },
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    let printed = "";
    const reading = (async () => {
      for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) printed += text;
    })();
    const outcome = (async () => {
      const [, stderr, { code }] = await Promise.all([
        reading,
        new Response(child.stderr).text(),
        child.status,
      ]);
      return { code, stdout: printed, stderr };
    })();
    return {
      pid: child.pid,
      printed: () => printed,
      interrupt: () => child.kill("SIGINT"),
      outcome,
    };
  }

  return {
    dataDir,
    configure: (config) => Deno.writeTextFile(`${dataDir}/config.toml`, config),
    async setKey(platform, host) {
      const { vault: path, lock: lockPath, key } = vaultFiles(dataDir);
      const backends = [keyFileBackend(key)];
      const vault = openVault({ path, lockPath, backends, clock: systemClock, log: silentLog });
      await vault.set(`platforms.${platform}.stream_key`, new TextEncoder().encode(CANARY), {
        host,
      });
      await vault.close();
    },
    start,
    run: (...args) => start(args).outcome,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
