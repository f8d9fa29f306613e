/** Where the built sidecar leaves secrets that it used. Linux, whose /proc shows its memory. */
import assert from "node:assert/strict";
import { API_PATHS } from "../../shared/api_paths.ts";
import { createDockFiles } from "../../sidecar/api/dock_files.ts";
import { readConfig, saveConfig } from "../../sidecar/config/save_config.ts";
import { dataDirFiles } from "../../sidecar/data_dir/data_dir.ts";
import { startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import { vaultFiles } from "../../sidecar/vault/vault_files.ts";
import { type SidecarPeer, startSidecarPeer } from "../peers/sidecar.ts";
import { until } from "../peers/until.ts";
import { countInMemory, formsIn, formsInFiles, newCanary, placesInProcesses } from "./canary.ts";
import { startVaultPeer } from "./run_vault_peer.ts";
import { callVault, disposable, withHome } from "./sidecar_vault_rig.ts";
import { PASSWORD, TWITCH_KEY } from "./vault_rig.ts";

const DELETED = "grafana.api_token";
const AFTER_USE_MS = 60_000;
/** A running sidecar has read what the command changed, and wiped it again. */
const NOTICED_MS = 2_000;
/**
 * Places where a secret that must be text may lie 60 s after use. It is one, which the search for
 * OBS and the log's redaction share; the engine may not have reused another yet.
 */
const MOST_TEXTS = 3;

/** Kills a writer of the vault at work. @returns whether it left its temporary file behind */
async function killWriter(folder: string): Promise<boolean> {
  await using writer = startVaultPeer({
    folder,
    steps: [{ do: "forever", id: "platforms.kick.stream_key" }],
  });
  await writer.waitForOutput(/^3$/m);
  const leftOver = () => Deno.statSync(`${vaultFiles(folder).vault}.tmp`).size > 0;
  await until(() => {
    writer.signal("SIGSTOP");
    try {
      return leftOver();
    } catch (error) {
      writer.signal("SIGCONT");
      throw error;
    }
  }, { what: "the writer is stopped in the middle of a write" });
  await writer.stop({ signal: "SIGKILL" });
  return leftOver();
}

/** All that the API tells who has the token; of an event stream the first snapshot. */
async function answers({ port, token }: SidecarPeer): Promise<Map<string, string>> {
  const dock = createDockFiles({ base: new URL("file:///nowhere/") }).paths;
  const told = new Map<string, string>();
  for (const path of [...Object.values(API_PATHS), ...dock, "/metrics", "/nothing"]) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { authorization: `Bearer ${token()}` },
    });
    assert.ok(![401, 403].includes(response.status), path);
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
    let text = JSON.stringify([...response.headers]);
    for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += part;
      if (isStream && /event: telemetry\n.*\n\n/s.test(text)) break;
    }
    told.set(path, text);
  }
  return told;
}

Deno.test({
  name:
    "a sidecar shows its secrets nowhere, and 60 s after use remembers those alone that are text",
  ignore: Deno.build.os !== "linux",
  fn: (t) =>
    withHome(async (home) => {
      const password = newCanary();
      const replaced = newCanary();
      const streamKey = newCanary();
      const deleted = newCanary();
      const canaries = [password, replaced, streamKey, deleted];

      const dataDir = `${home}/data`;
      await Deno.mkdir(dataDir);
      await using obs = disposable(await startSimulatedObs({ password }));
      const config = `[obs]\nport = ${obs.port}\n[engine]\nlog_level = "trace"\n`;
      await using sidecar = await startSidecarPeer({ home, dataDir, config });

      const call = async (words: string[], value = "") => {
        const printed = await callVault([...words, "--data-dir", dataDir], {
          home,
          input: value,
          meanwhile: () => assertNoneInProcesses(),
        });
        for (const canary of canaries) assert.deepEqual(formsIn(printed, canary), []);
        return printed;
      };
      const set = (id: string, value: string, ...flags: string[]) =>
        call(["set", id, ...flags], `${value}\n`);
      async function assertNoneInProcesses(): Promise<void> {
        for (const canary of canaries) assert.deepEqual(await placesInProcesses(canary), []);
      }
      async function assertNoneInFiles(): Promise<void> {
        for (const canary of canaries) assert.deepEqual(await formsInFiles(dataDir, canary), []);
      }

      await t.step("secrets are set, used, replaced and deleted", async () => {
        await set(DELETED, deleted, "--key-file");
        await set(PASSWORD, replaced);
        await sidecar.untilBridge(
          ({ health }) => /password that the vault holds/.test(health.collectors.obs.error ?? ""),
          { what: "the wrong password is told" },
        );
        await set(PASSWORD, password);
        await sidecar.untilBridge(({ obs }) => obs.connected === true, {
          what: "OBS is connected",
        });
        await set(TWITCH_KEY, streamKey, "--host", "ingest.example");
        await call(["delete", DELETED]);
        await assertNoneInFiles();
      });

      await t.step("a program is killed while it writes the vault", async () => {
        await until(() => killWriter(dataDir), { what: "it leaves its file", withinMs: 60_000 });
        await assertNoneInFiles();
      });

      await t.step("settings are saved", async () => {
        const files = dataDirFiles(dataDir);
        const { version } = await readConfig(files.config);
        await saveConfig(files.config, { alerts: { memory_warning: 97 } }, {
          version,
          lock: files.configLock,
        });
        await sidecar.process.waitForOutput(/New settings from .*: alerts\.memory_warning/);
        await assertNoneInFiles();
      });
      const usedAtMs = Date.now() + NOTICED_MS;

      await t.step("no answer of the API and no line of the log tells one", async () => {
        const told = await answers(sidecar);
        assert.match(told.get(API_PATHS.telemetry) ?? "", /"sequence":/);
        assert.match(told.get(API_PATHS.events) ?? "", /"sequence":/);
        told.set("log", sidecar.process.output());
        for (const canary of canaries) {
          for (const [place, text] of told) assert.deepEqual(formsIn(text, canary), [], place);
        }
      });

      await t.step("60 s after use only what had to be text is in memory", async () => {
        await sidecar.untilBridge(
          ({ written_at_ms }) => written_at_ms >= usedAtMs + AFTER_USE_MS,
          { what: "60 s have passed", withinMs: AFTER_USE_MS + 30_000 },
        );
        // The sidecar wrote the whole vault anew meanwhile.
        const time = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d";
        assert.match(
          await call(["list"]),
          new RegExp(`^obs\\.websocket\\.password +localhost +${time} +${time}$`, "m"),
        );
        const inMemory = (text: string) => countInMemory(sidecar.process.pid, text);
        assert.equal(await inMemory(streamKey), 0);
        assert.equal(await inMemory(deleted), 0);
        for (const text of [password, replaced]) {
          const count = await inMemory(text);
          assert.ok(count >= 1 && count <= MOST_TEXTS, `found ${count} times`);
        }
        assert.ok(await inMemory(sidecar.token()) > 0, "a text that the sidecar keeps is found");
      });

      await t.step(
        "nothing is left in files or shown of processes, also after the end",
        async () => {
          await assertNoneInProcesses();
          await sidecar.process.stop();
          await assertNoneInFiles();
          // The same search finds it where it is.
          await Deno.writeTextFile(`${dataDir}/logs/control`, btoa(streamKey));
          assert.deepEqual(await formsInFiles(dataDir, streamKey), [
            "logs/control: base64",
            "logs/control: base64url",
          ]);
        },
      );
    }),
});
