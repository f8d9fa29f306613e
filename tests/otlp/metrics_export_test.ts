import assert from "node:assert/strict";
import { defaultConfig } from "../../shared/config.ts";
import { Redactor } from "../../sidecar/log/redactor.ts";
import { startMetricsExport } from "../../sidecar/otlp/metrics_export.ts";
import { keyFileBackend } from "../../sidecar/vault/system_backends.ts";
import { openVault } from "../../sidecar/vault/vault.ts";
import { VaultError } from "../../sidecar/vault/vault_error.ts";
import { vaultFiles } from "../../sidecar/vault/vault_files.ts";
import { historyRig } from "../history/history_rig.ts";
import { keptLog } from "../log_lines.ts";
import { until } from "../peers/until.ts";

async function exportRig(run: (rig: Awaited<ReturnType<typeof makeRig>>) => Promise<void>) {
  const rig = await makeRig();
  try {
    await run(rig);
  } finally {
    await rig.close();
  }
}

async function makeRig() {
  const history = await historyRig();
  const files = vaultFiles(history.folder);
  const { time } = history;
  const { log } = keptLog();
  const vault = openVault({
    ...{ path: files.vault, lockPath: files.lock, backends: [keyFileBackend(files.key)] },
    ...{ clock: time, log },
  });
  let tell: (ids: readonly string[]) => void = () => {};
  const urls: string[] = [];
  const settings = { ...defaultConfig().grafana };
  let status = 200;
  let isLocked = false;
  let again = () => {};
  const metricsExport = startMetricsExport({
    ...{ database: history.database, writer: history.writer, clock: time, log },
    vault: {
      find: () =>
        isLocked
          ? Promise.reject(new VaultError("locked", "The keyring is locked. Unlock it."))
          : Promise.resolve(vault),
      watch: (listener) => tell = listener,
    },
    later(ms, run) {
      assert.equal(ms, 30_000);
      again = run;
      return () => again = () => {};
    },
    redactor: new Redactor(),
    settings: () => settings,
    streamer: () => ({ name: "Anna", id: "id-1", hostName: "pc", os: "linux" }),
    fetch: (url) => {
      urls.push(url.href);
      return Promise.resolve(new Response(null, { status }));
    },
    random: () => 0,
  });
  return {
    metricsExport,
    settings,
    urls,
    time,
    async set(id: string, text: string, host: string | null = null) {
      await vault.set(id, new TextEncoder().encode(text), { host });
      tell([id]);
    },
    row() {
      for (let tick = 0; tick < 20; tick++) history.tick();
      history.writer.flush();
    },
    answers: (code: number) => status = code,
    locks: (locked: boolean) => isLocked = locked,
    /** The pause before the next try is over. */
    again: () => again(),
    async close() {
      await metricsExport.stop();
      await vault.close();
      await history[Symbol.asyncDispose]();
    },
  };
}

Deno.test("is off until there is an address, and begins by itself when there is one", () =>
  exportRig(async ({ metricsExport, set, row, urls }) => {
    assert.equal(metricsExport.state().state, "off");
    assert.equal(metricsExport.problem, null);
    await set("grafana.api_url", "https://one.test/otlp");
    await until(() => metricsExport.state().state === "ok", { what: "it is on" });
    await until(() => metricsExport.state().host === "one.test", { what: "the host is known" });
    row();
    await until(() => urls.length > 0, { what: "figures are sent" });
    assert.equal(urls[0], "https://one.test/otlp/v1/metrics");
    await until(() => metricsExport.state().accepted > 0, { what: "they are counted" });
    assert.ok(metricsExport.state().last_accepted !== null);
  }));

Deno.test("sends nothing while the token is another host's, and goes on with one of this", () =>
  exportRig(async ({ metricsExport, set, row, urls }) => {
    await set("grafana.api_token", "secret-token", "other.test");
    await set("grafana.api_url", "https://one.test/otlp");
    await until(() => metricsExport.state().state === "paused", { what: "it is paused" });
    assert.match(metricsExport.state().last_error ?? "", /entered for other.test/);
    assert.match(metricsExport.problem ?? "", /No figures are exported/);
    row();
    assert.equal(urls.length, 0);
    await set("grafana.api_token", "secret-token", "one.test");
    await until(() => metricsExport.state().state === "ok", { what: "it is on" });
    assert.equal(metricsExport.problem, null);
  }));

Deno.test("tells of trouble that lasts, and how much waits", () =>
  exportRig(async ({ metricsExport, set, row, time, answers }) => {
    answers(503);
    await set("grafana.api_url", "https://one.test/otlp");
    await until(() => metricsExport.state().state === "ok", { what: "it is on" });
    row();
    await until(() => metricsExport.state().state === "waiting", { what: "it waits" });
    assert.equal(metricsExport.state().backlog_rows, 2);
    assert.ok(metricsExport.state().oldest_waiting !== null);
    assert.equal(metricsExport.problem, null);
    time.sleep(180_000);
    assert.match(metricsExport.problem ?? "", /stands still.*trouble|too busy/);
  }));

Deno.test("can be switched off and on while it runs", () =>
  exportRig(async ({ metricsExport, settings, set }) => {
    await set("grafana.api_url", "https://one.test/otlp");
    await until(() => metricsExport.state().state === "ok", { what: "it is on" });
    settings.enabled = false;
    metricsExport.refresh();
    await until(() => metricsExport.state().state === "off", { what: "it is off" });
    settings.enabled = true;
    metricsExport.refresh();
    await until(() => metricsExport.state().state === "ok", { what: "it is on again" });
  }));

Deno.test("begins half a minute later once the keyring is unlocked", () =>
  exportRig(async ({ metricsExport, set, locks, again }) => {
    locks(true);
    await set("grafana.api_url", "https://one.test/otlp");
    await until(() => metricsExport.state().state === "paused", { what: "it is paused" });
    assert.match(metricsExport.problem ?? "", /keyring is locked/);
    locks(false);

    again();
    await until(() => metricsExport.state().state === "ok", { what: "it is on" });
    assert.equal(metricsExport.problem, null);
  }));

Deno.test("begins when settings change once the keyring is unlocked", () =>
  exportRig(async ({ metricsExport, set, locks, settings }) => {
    locks(true);
    await set("grafana.api_url", "https://one.test/otlp");
    await until(() => metricsExport.state().state === "paused", { what: "it is paused" });
    assert.match(metricsExport.problem ?? "", /keyring is locked/);
    locks(false);
    settings.push_interval = 20;
    metricsExport.refresh();
    await until(() => metricsExport.state().state === "ok", { what: "it is on" });
    assert.equal(metricsExport.problem, null);
  }));
