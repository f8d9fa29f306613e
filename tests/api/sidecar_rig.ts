/** A whole sidecar with its files, a vault and a simulated OBS, asked over real sockets. */
import assert from "node:assert/strict";
import { openSettings } from "../../sidecar/config/settings_file.ts";
import { openDataDir } from "../../sidecar/data_dir/data_dir.ts";
import { type SimulatedObs, startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import { Redactor } from "../../sidecar/log/redactor.ts";
import { type Sidecar, startSidecar } from "../../sidecar/sidecar.ts";
import { systemClock } from "../../sidecar/time/clock.ts";
import { createHeartbeat } from "../../sidecar/time/heartbeat.ts";
import { keyFileBackend } from "../../sidecar/vault/system_backends.ts";
import { openVault, type Vault } from "../../sidecar/vault/vault.ts";
import { vaultFiles } from "../../sidecar/vault/vault_files.ts";
import { keptLog } from "../log_lines.ts";
import { freePort } from "../peers/ports.ts";
import { until } from "../peers/until.ts";
import { testEnvironment } from "../test_environment.ts";
import { type RawAnswer, type RawHeader, requestText, sendRaw } from "./raw_request.ts";

/** One request, with the right Host and the valid token unless it says otherwise. */
export interface Attack {
  line: string;
  host?: string[];
  token?: boolean;
  headers?: RawHeader[];
  body?: string;
}

/** The sidecar and everything that a test moves it with. */
export interface SidecarRig {
  readonly sidecar: Sidecar;
  readonly obs: SimulatedObs;
  readonly port: number;
  readonly folder: string;
  readonly configPath: string;
  readonly vaultPath: string;
  /** Log lines. */
  readonly lines: string[];
  /** Another user of the same vault, as the command line is. */
  readonly vault: Vault;
  /** Asks with the token. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Sends JSON. */
  put(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  attack(attack: Attack): Promise<RawAnswer>;
  /** What must be just so after an attack: settings, secrets and token, byte for byte. */
  state(): Promise<string>;
  bridge(): string;
}

/** Registers a test with a sidecar of its own. */
export function sidecarTest(
  name: string,
  fn: (rig: SidecarRig) => Promise<void>,
  { config = "", obsFiles = {} }: {
    config?: string;
    /** Files of OBS's, by their paths in its folder. */
    obsFiles?: Record<string, string>;
  } = {},
): void {
  Deno.test(name, async () => {
    const home = await Deno.makeTempDir({ prefix: "api-" });
    const obs = await startSimulatedObs();
    const port = freePort();
    for (const [path, text] of Object.entries(obsFiles)) {
      const file = `${home}/.config/obs-studio/${path}`;
      await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
      await Deno.writeTextFile(file, text);
    }
    const dataDir = openDataDir(`${home}/data`);
    await Deno.writeTextFile(
      dataDir.config,
      `# mine\n[obs]\nhost = "127.0.0.1"\nport = ${obs.port}\n[api]\nport = ${port}\n${config}`,
    );
    const { log, lines } = keptLog();
    using heartbeat = createHeartbeat({ log });
    const settings = await openSettings({
      path: dataDir.config,
      lock: dataDir.configLock,
      heartbeat,
      log,
    });
    const files = vaultFiles(dataDir.root);
    const vault = openVault({
      path: files.vault,
      lockPath: files.lock,
      backends: [keyFileBackend(files.key)],
      clock: systemClock,
      log,
    });
    // From here on the sidecar's own vault finds one whose key is in a file.
    await vault.set("notify.webhook_url", new TextEncoder().encode("https://notify.invalid/x"), {
      host: null,
    });
    const sidecar = await startSidecar({
      config: settings.config,
      settings,
      dataDir,
      environment: testEnvironment({
        env: (name) => name === "APPDATA" ? `${home}/.config` : undefined,
        home,
      }),
      heartbeat,
      log,
      redactor: new Redactor(),
    });
    settings.follow((config) => sidecar.apply(config));
    const ask = (path: string, init: RequestInit = {}) => {
      const headers = new Headers(init.headers);
      headers.set("authorization", `Bearer ${sidecar.token()}`);
      const { port } = sidecar.api.state();
      return fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers });
    };
    try {
      await until(() => sidecar.api.state().listening, { what: "the API listens" });
      await fn({
        sidecar,
        obs,
        port,
        folder: dataDir.root,
        configPath: dataDir.config,
        vaultPath: files.vault,
        lines,
        vault,
        ask,
        put: (path, body, headers = {}) =>
          ask(path, {
            method: "PUT",
            headers: { "content-type": "application/json", ...headers },
            body: JSON.stringify(body),
          }),
        attack({ line, host = [`127.0.0.1:${port}`], token = true, headers = [], body = "" }) {
          const all: RawHeader[] = host.map((value) => ["Host", value]);
          if (token) all.push(["Authorization", `Bearer ${sidecar.token()}`]);
          all.push(...headers);
          return sendRaw(port, requestText(line, all, body));
        },
        async state() {
          const paths = [dataDir.config, files.vault, files.key, dataDir.token];
          const contents = await Promise.all(paths.map((path) => Deno.readFile(path)));
          return [...contents.map((bytes) => bytes.toHex()), sidecar.token()].join("\n");
        },
        bridge: () => Deno.readTextFileSync(dataDir.bridge),
      });
    } finally {
      obs.resume();
      await settings.close();
      await sidecar.stop();
      await vault.close();
      await obs.close();
      await Deno.remove(home, { recursive: true });
    }
  });
}

/** Asserts an answer of JSON and returns it. */
export async function jsonOf(
  response: Response,
  status = 200,
): Promise<Record<string, unknown>> {
  const text = await response.text();
  assert.equal(response.status, status, text);
  return JSON.parse(text);
}
