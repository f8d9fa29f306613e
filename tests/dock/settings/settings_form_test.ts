import assert from "node:assert/strict";
import { signal } from "@preact/signals";
import type { ConfigDocument, ConfigEvent } from "../../../shared/api.ts";
import type { ConfigChanges } from "../../../shared/config.ts";
import { ApiError, type LoadedConfig } from "../../../dock/api.ts";
import type { LinkState } from "../../../dock/models/link.ts";
import { allSettings, EMPTY_DRAFT } from "../../../dock/models/settings/draft.ts";
import type { Raw } from "../../../dock/models/settings/setting.ts";
import { SettingsForm } from "../../../dock/models/settings/settings_form.ts";
import { takeSettings } from "../../../sidecar/config/take_settings.ts";
import { FakeTimers, settle } from "../fake_timers.ts";
import { freshDocument } from "../settings_stand_in.ts";

/** A form before an API that holds one document. */
class World {
  readonly state = signal<LinkState>({ kind: "live" });
  readonly config = signal<ConfigEvent | null>(null);
  readonly saves: { changes: ConfigChanges; version: string }[] = [];
  readonly timers = new FakeTimers();
  readonly form: SettingsForm;
  document: ConfigDocument = freshDocument();
  version = "v1";
  reads = 0;
  /** Whether the next save is done, but its answer lost. */
  losesAnswer = false;
  /** What the next request fails with. */
  failure: Error | null = null;

  constructor() {
    const api = {
      readConfig: async (): Promise<LoadedConfig> => {
        this.reads++;
        await settle();
        this.#fail();
        return { document: structuredClone(this.document), version: this.version };
      },
      saveConfig: async (changes: ConfigChanges, version: string): Promise<void> => {
        this.saves.push({ changes, version });
        await settle();
        this.#fail();
        if (version !== this.version) throw new ApiError("changed meanwhile", { status: 412 });
        if (!this.losesAnswer) return this.change(changes);
        this.losesAnswer = false;
        takeSettings(this.document, changes);
        this.version = "v2";
        throw new ApiError("no answer", { status: null });
      },
    };
    const link = { state: this.state, config: this.config };
    this.form = new SettingsForm({ api, link, timers: this.timers });
  }

  /** A form whose page is open and filled. */
  static async open(): Promise<World> {
    const world = new World();
    world.form.open();
    await world.rest();
    return world;
  }

  /** Changes the file, as the form's save or an editor does, and tells of it. */
  change(changes: ConfigChanges): void {
    takeSettings(this.document, changes);
    this.version = `v${Number(this.version.slice(1)) + 1}`;
    this.config.value = { build: "source", tick_ms: 500, theme: "dark", version: this.version };
  }

  edit(key: string, raw: Raw): void {
    const setting = allSettings(this.document, EMPTY_DRAFT).find((each) => each.key === key);
    assert.ok(setting);
    this.form.edit(setting, raw);
  }

  raw(key: string): Raw {
    const setting = allSettings(this.document, EMPTY_DRAFT).find((each) => each.key === key);
    assert.ok(setting);
    return this.form.raw(setting);
  }

  async rest(): Promise<void> {
    for (let i = 0; i < 5; i++) await settle();
  }

  #fail(): void {
    const { failure } = this;
    this.failure = null;
    if (failure !== null) throw failure;
  }
}

Deno.test("saves the changes for the version that was read, and is clean afterwards", async () => {
  const world = await World.open();
  world.edit("obs.port", "4455");
  assert.equal(world.form.count.value, 1);
  assert.equal(await world.form.save(), true);
  await world.rest();
  assert.deepEqual(world.saves, [{ changes: { obs: { port: 4455 } }, version: "v1" }]);
  assert.equal(world.form.count.value, 0);
  assert.equal(world.raw("obs.port"), "4455");
  assert.deepEqual(world.form.notice.value, { tone: "good", text: "Saved." });
  assert.equal(world.form.loaded.value?.version, "v2");
  assert.deepEqual(world.form.outside.value, []);
});

Deno.test("a default that is typed is no change, and what is typed stays to be gone on with", async () => {
  const world = await World.open();
  world.edit("alerts.cpu_warning", "90");
  assert.equal(world.raw("alerts.cpu_warning"), "90");
  assert.deepEqual([...world.form.changed.value], []);
  world.edit("alerts.cpu_warning", "90.5");
  assert.deepEqual([...world.form.changed.value], ["alerts.cpu_warning"]);
});

Deno.test("says that it saved for some seconds, bad news for as long as it is so", async () => {
  const world = await World.open();
  const said = (): string | undefined => world.form.notice.value?.text;
  world.edit("obs.port", "4455");
  await world.form.save();
  await world.timers.pass(5000);
  assert.equal(said(), "Saved.");
  await world.timers.pass(5000);
  assert.equal(said(), undefined);
  world.edit("obs.port", "4456");
  world.failure = new ApiError("The disk is full.", { status: 503 });
  await world.form.save();
  await world.timers.pass(60_000);
  assert.equal(said(), "The disk is full.");
});

Deno.test("a refused version keeps the changes, says what differs and saves on top", async () => {
  const world = await World.open();
  world.edit("alerts.cpu_warning", "70");
  // The event is still on its way.
  takeSettings(world.document, { alerts: { cpu_warning: 80 } });
  world.version = "v2";
  assert.equal(await world.form.save(), false);
  assert.equal(world.form.notice.value?.tone, "warning");
  assert.deepEqual(world.form.outside.value, [
    { key: "alerts.cpu_warning", name: "Alerts: CPU warning", text: "90, now 80", mine: "70" },
  ]);
  assert.equal(world.raw("alerts.cpu_warning"), "70");
  assert.equal(await world.form.save(), true);
  assert.equal(world.document.alerts.cpu_warning, 70);
  assert.deepEqual(world.form.outside.value, []);
});

Deno.test("a refused version without another setting says to save again", async () => {
  const world = await World.open();
  world.edit("obs.port", "4455");
  world.version = "v2";
  assert.equal(await world.form.save(), false);
  assert.match(world.form.notice.value?.text ?? "", /Save again/);
  assert.equal(await world.form.save(), true);
});

Deno.test("a save whose answer was lost is told as saved once it shows, not as done elsewhere", async () => {
  for (const isSavedAgain of [true, false]) {
    const world = await World.open();
    world.edit("obs.port", "4455");
    world.losesAnswer = true;
    assert.equal(await world.form.save(), false);
    assert.equal(world.form.notice.value?.text, "no answer");
    if (isSavedAgain) await world.form.save();
    else world.change({});
    await world.rest();
    assert.deepEqual(world.form.notice.value, { tone: "good", text: "Saved." });
    assert.equal(world.form.count.value, 0);
    assert.deepEqual(world.form.outside.value, []);
  }
});

Deno.test("what else was changed besides a save without an answer is told", async () => {
  const world = await World.open();
  world.edit("obs.port", "4455");
  world.losesAnswer = true;
  await world.form.save();
  world.change({ obs: { host: "other.local" } });
  await world.rest();
  assert.match(world.form.notice.value?.text ?? "", /changed elsewhere/);
});

Deno.test("follows a change from outside by itself, or tells of it where there are edits", async () => {
  const world = await World.open();
  world.change({ obs: { port: 4460 } });
  await world.rest();
  assert.equal(world.raw("obs.port"), "4460");
  assert.match(world.form.notice.value?.text ?? "", /changed elsewhere/);
  world.edit("obs.host", "other.local");
  world.change({ obs: { port: 4461 } });
  world.change({ obs: { port: 4462 } });
  await world.rest();
  assert.equal(world.form.count.value, 1);
  assert.equal(world.raw("obs.host"), "other.local");
  assert.equal(world.raw("obs.port"), "4462");
  assert.equal(world.form.notice.value?.tone, "warning");
  assert.equal(world.form.outside.value.length, 1);
  world.form.discard();
  assert.equal(world.form.count.value, 0);
  assert.deepEqual(world.form.outside.value, []);
});

Deno.test("shows refused settings at their fields until they are changed", async () => {
  const world = await World.open();
  world.edit("obs.port", "4455");
  world.edit("obs.host", "here");
  const message = '[obs] host must be something else, is "here"';
  world.failure = new ApiError(`${message}. Nothing was saved.`, {
    status: 422,
    problems: [{ key: "obs.host", message }, { key: null, message: "another" }],
  });
  assert.equal(await world.form.save(), false);
  assert.deepEqual([...world.form.problems.value], [
    ["obs.host", 'Host must be something else, is "here"'],
  ]);
  assert.equal(world.form.refusals.value, 1);
  assert.equal(world.form.count.value, 2);
  assert.match(world.form.obstacle.value ?? "", /not allowed/);
  world.edit("obs.host", "there");
  assert.equal(world.form.obstacle.value, null);
  assert.equal(await world.form.save(), true);
});

Deno.test("saves nothing while something is not allowed", async () => {
  const world = await World.open();
  world.edit("obs.port", "99999");
  assert.equal(world.form.obstacle.value, "One setting is not allowed.");
  assert.equal(await world.form.save(), false);
  assert.deepEqual(world.saves, []);
});

Deno.test("keeps the changes while the sidecar is away, and saves once it is back", async () => {
  const world = await World.open();
  world.edit("obs.port", "4455");
  world.failure = new ApiError("cannot be reached", { status: null });
  assert.equal(await world.form.save(), false);
  assert.equal(world.form.count.value, 1);
  world.state.value = { kind: "down" };
  assert.match(world.form.obstacle.value ?? "", /sidecar is away/);
  assert.equal(await world.form.save(), false);
  assert.equal(world.saves.length, 1);
  world.state.value = { kind: "live" };
  assert.equal(world.form.obstacle.value, null);
  assert.equal(await world.form.save(), true);
  assert.equal(world.document.obs.port, 4455);
});

Deno.test("asks nothing while the sidecar is away or refuses, and reads once it is there", async () => {
  const world = new World();
  world.state.value = { kind: "refused", status: 401, detail: "" };
  world.form.open();
  world.state.value = { kind: "down" };
  world.form.open();
  await world.rest();
  assert.equal(world.reads, 0);
  assert.equal(world.raw("obs.port"), "");
  assert.equal(world.form.notice.value?.tone, "bad");
  world.state.value = { kind: "live" };
  await world.rest();
  assert.equal(world.form.loaded.value?.version, "v1");
  assert.notEqual(world.form.notice.value?.tone, "bad");
  const { reads } = world;
  world.state.value = { kind: "stale" };
  world.config.value = { build: "source", tick_ms: 500, theme: "light", version: "v1" };
  await world.rest();
  assert.equal(world.reads, reads);
});

Deno.test("takes a platform's name if it is one that the sidecar takes, and once", async () => {
  const { form } = await World.open();
  assert.match(form.addPlatform("My Studio") ?? "", /must be 1 to 64 .*, is "My Studio"/);
  assert.equal(form.addPlatform("twitch"), "There is a platform twitch already.");
  assert.equal(form.addPlatform("my-studio"), null);
  assert.equal(form.addPlatform("my-studio"), "There is a platform my-studio already.");
  assert.equal(form.count.value, 1);
  form.togglePlatform("my-studio");
  assert.equal(form.count.value, 0);
});
