import assert from "node:assert/strict";
import type { ConfigDocument } from "../../../shared/api.ts";
import { defaultPlatform } from "../../../shared/config.ts";
import { takeSettings } from "../../../sidecar/config/take_settings.ts";
import {
  allSettings,
  changesBody,
  countChanges,
  type Draft,
  EMPTY_DRAFT,
  isOwnPlatform,
  problemsIn,
  prune,
  rawIn,
  withRaw,
} from "../../../dock/models/settings/draft.ts";
import { differences } from "../../../dock/models/settings/differences.ts";
import { labelOf, type Raw, type Setting } from "../../../dock/models/settings/setting.ts";
import { SECTION_NAMES, sectionViews } from "../../../dock/models/settings/sections.ts";
import { freshDocument } from "../settings_stand_in.ts";

const OWN_PLATFORM: ConfigDocument["platforms"][string] = {
  ...defaultPlatform("mine"),
  stream_key: { set: false },
};

function setting(key: string, draft: Draft = EMPTY_DRAFT): Setting {
  const found = allSettings(freshDocument(), draft).find((each) => each.key === key);
  assert.ok(found, `there is no setting ${key}`);
  return found;
}

function draftOf(document: ConfigDocument, raws: Record<string, Raw>, draft = EMPTY_DRAFT): Draft {
  return Object.entries(raws).reduce(
    (all, [key, raw]) => withRaw(document, all, { setting: setting(key, all), raw }),
    draft,
  );
}

Deno.test("leaves the control of a default empty, and shows what differs from it", () => {
  const document = freshDocument();
  document.engine.bridge_update_rate = 250;
  document.obs.port = 4455;
  const shown = (key: string): Raw => rawIn(document, EMPTY_DRAFT, setting(key));
  assert.equal(shown("engine.bridge_update_rate"), "250");
  assert.equal(shown("obs.port"), "4455");
  assert.equal(shown("obs.host"), "");
  assert.equal(shown("engine.log_level"), "info");
  assert.equal(shown("alerts.enabled"), true);
  assert.equal(shown("platforms.twitch.ingest_url"), "");
});

Deno.test("sends the changed settings alone, and null for what goes back to its default", () => {
  const document = freshDocument();
  document.obs.port = 4455;
  document.engine.bridge_update_rate = 250;
  const draft = draftOf(document, {
    "obs.host": "gaming-pc.local",
    "obs.port": "",
    "engine.bridge_update_rate": "500",
    "engine.enable_gpu_metrics": false,
    "alerts.cpu_warning": "87.5",
  });
  assert.equal(countChanges(document, draft), 5);
  assert.deepEqual(changesBody(document, draft), {
    obs: { host: "gaming-pc.local", port: null },
    engine: { bridge_update_rate: null, enable_gpu_metrics: false },
    alerts: { cpu_warning: 87.5 },
  });
});

Deno.test("is no change what is typed and taken back, or says the same", () => {
  const document = freshDocument();
  document.obs.port = 4455;
  const draft = draftOf(document, {
    "obs.host": " localhost ",
    "obs.port": "4455",
    "alerts.enabled": true,
  });
  assert.equal(countChanges(document, draft), 0);
  assert.deepEqual(changesBody(document, draft), {});
});

Deno.test("refuses a value in the words in which the sidecar refuses it", () => {
  const document = freshDocument();
  for (
    const [key, raw, value] of [
      ["engine.bridge_update_rate", "50", 50],
      ["engine.bridge_update_rate", "250.5", 250.5],
      ["engine.bridge_update_rate", "fast", "fast"],
      ["engine.bridge_update_rate", "0x200", "0x200"],
      ["alerts.cpu_warning", "1e999", "1e999"],
      ["obs.host", "a\u0007b", "a\u0007b"],
      ["obs.host", "a\ud800b", "a\ud800b"],
      ["platforms.twitch.ingest_url", "rtmp://user:pass@host/app", "rtmp://user:pass@host/app"],
    ] as const
  ) {
    const { path, label } = setting(key);
    const problem = problemsIn(document, draftOf(document, { [key]: raw })).get(key) ?? "";
    const [section = "", second = "", third] = path;
    const change = third === undefined
      ? { [section]: { [second]: value } }
      : { [section]: { [second]: { [third]: value } } };
    const [finding] = takeSettings(freshDocument(), change);
    const place = `[${path.slice(0, -1).join(".")}] ${path.at(-1)} `;
    assert.equal(problem, finding?.message.replace(place, `${label} `));
  }
  const fine = draftOf(document, {
    "engine.bridge_update_rate": "100",
    "alerts.cpu_warning": ".5",
  });
  assert.equal(problemsIn(document, fine).size, 0);
});

Deno.test("adds and removes platforms, the user's own only", () => {
  const document = freshDocument();
  document.platforms["studio"] = OWN_PLATFORM;
  const begun: Draft = { ...EMPTY_DRAFT, added: ["mine"], removed: ["studio"] };
  const draft = draftOf(document, { "platforms.mine.output": "relay" }, begun);
  assert.deepEqual(changesBody(document, draft), {
    platforms: { mine: { output: "relay" }, studio: null },
  });
  assert.equal(countChanges(document, draft), 3);
  assert.deepEqual(["twitch", "studio"].map(isOwnPlatform), [false, true]);
});

Deno.test("drops from the draft what the file has by now", () => {
  const before = freshDocument();
  const draft = draftOf(before, { "obs.port": "4455", "alerts.cpu_warning": "80" }, {
    ...EMPTY_DRAFT,
    added: ["mine"],
    removed: ["gone"],
  });
  const after = freshDocument();
  after.obs.port = 4455;
  after.platforms["mine"] = OWN_PLATFORM;
  const pruned = prune(after, draft);
  assert.deepEqual([...pruned.raws], [["alerts.cpu_warning", "80"]]);
  assert.deepEqual([pruned.added, pruned.removed], [[], []]);
});

Deno.test("tells what was changed elsewhere beside what this form would save", () => {
  const before = freshDocument();
  const draft = draftOf(before, { "alerts.cpu_warning": "70" });
  const after = freshDocument();
  after.alerts.cpu_warning = 80;
  after.obs.port = 4460;
  delete after.platforms["kick"];
  assert.deepEqual(differences(before, after, draft), [
    { key: "platforms.kick", name: "Kick", text: "removed", mine: null },
    { key: "obs.port", name: "OBS connection: Port", text: "not set, now 4460", mine: null },
    { key: "alerts.cpu_warning", name: "Alerts: CPU warning", text: "90, now 80", mine: "70" },
  ]);
});

Deno.test("has a fold for every section, and names a person can read", () => {
  assert.deepEqual(
    sectionViews().map(({ id }) => id).sort(),
    ["platforms", ...SECTION_NAMES].sort(),
  );
  assert.equal(sectionViews()[0]?.id, "obs");
  assert.deepEqual(["ingest_url", "max_bitrate_kbps", "fps_error", "log_level"].map(labelOf), [
    "Ingest URL",
    "Max bitrate (kbit/s)",
    "FPS error",
    "Log level",
  ]);
});
