import assert from "node:assert/strict";
import { signal } from "@preact/signals";
import type { ConfigEvent, Credential } from "../../../shared/api.ts";
import { ApiError } from "../../../dock/api.ts";
import type { LinkState } from "../../../dock/models/link.ts";
import {
  createSettings,
  type Settings,
  type SettingsOptions,
} from "../../../dock/models/settings/settings.ts";
import { FakeTimers, settle } from "../fake_timers.ts";
import { freshDocument } from "../settings_stand_in.ts";

/** An open Settings page before an API whose vault may fail. */
class World {
  readonly state = signal<LinkState>({ kind: "live" });
  failure: Error | null = null;
  readonly settings: Settings;

  constructor() {
    const api: SettingsOptions["api"] = {
      readConfig: () => Promise.resolve({ document: freshDocument(), version: "v1" }),
      credentials: (): Promise<Credential[]> =>
        this.failure === null ? Promise.resolve([]) : Promise.reject(this.failure),
      saveConfig: () => Promise.resolve(),
      setCredential: () => Promise.resolve(),
      removeCredential: () => Promise.resolve(),
      exportState: () => Promise.reject(new Error("not asked")),
      testConnection: () => Promise.resolve({ ok: true, message: "fine" }),
    };
    const link = { state: this.state, config: signal<ConfigEvent | null>(null) };
    this.settings = createSettings({ api, link, timers: new FakeTimers(), now: () => 0 });
    this.settings.open();
  }
}

Deno.test("reads the secrets again once the sidecar is back", async () => {
  const world = new World();
  await settle();
  const { secrets } = world.settings;
  assert.deepEqual(secrets.list.value, []);
  world.failure = new ApiError("cannot be reached", { status: null });
  world.state.value = { kind: "down" };
  await secrets.read();
  assert.equal(secrets.problem.value, "cannot be reached");
  world.failure = null;
  world.state.value = { kind: "live" };
  await settle();
  assert.equal(secrets.problem.value, null);
});

Deno.test("takes back that it saved once something else is done", async () => {
  const { settings: { form, secrets, tests } } = new World();
  await settle();
  for (
    const act of [
      () => secrets.set("obs.websocket.password", "x"),
      () => tests.obs.run(),
      () => tests.metrics.run(),
    ]
  ) {
    form.notice.value = { tone: "good", text: "Saved." };
    await act();
    assert.equal(form.notice.value, null);
  }
});
