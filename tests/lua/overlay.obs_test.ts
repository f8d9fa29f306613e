import assert from "node:assert/strict";
import { counterpartTest, OBS, XVFB } from "../counterparts.ts";
import { startObs } from "../peers/obs.ts";
import { until } from "../peers/until.ts";
import {
  disconnectedFixture,
  healthyFixture,
  troubledFixture,
  writeBridge,
} from "./bridge_fixture.ts";
import { luaErrors, OVERLAY_NAME, startOverlay } from "./overlay_peer.ts";

const needs = [OBS, XVFB];

const GREEN = 0xff8af07d;
const RED = 0xff8c78ff;
const GREY = 0xffc8c8c8;

counterpartTest("the overlay follows the bridge file through every state", needs, async (t) => {
  await using overlay = await startOverlay();
  const { obs } = overlay;

  await t.step("without a file it says where one is expected", async () => {
    const text = await overlay.untilShown(/^No telemetry yet\./);
    assert.ok(text.endsWith(overlay.bridgePath));
    assert.equal((await overlay.shown()).colour, GREY);
  });

  await t.step("a healthy stream is shown in green, every section", async () => {
    overlay.keepWriting(healthyFixture());
    const text = await overlay.untilShown(/^LIVE 1:23:45 {3}REC 0:10:02 {3}HEALTHY\n/);
    assert.match(text, /\nNetwork ok +GPU ok +Encoder ok\n/);
    assert.match(text, /\nTwitch +5\.98 of 6\.00 Mb\/s +drops 0%\n/);
    assert.match(text, /\nGPU 67% {2}71 °C +Enc 41% +VRAM 6\.1\/12 GB$/);
    assert.equal((await overlay.shown()).colour, GREEN);
  });

  await t.step("a figure that OBS cannot tell is a dash, not 0", async () => {
    overlay.keepWriting(troubledFixture());
    const text = await overlay.untilShown(/CRITICAL/);
    assert.match(text, /\nStudio relay o\.\. {2}3\.02 Mb\/s +drops -\n/);
    assert.match(text, /\nKick +RECONNECTING, lost 3 times\n/);
    assert.match(text, /\n!! Twitch drops 2\.3 %/);
    assert.equal((await overlay.shown()).colour, RED);
  });

  await t.step("a file that stands still is stale, and fresh again when it moves", async () => {
    overlay.stopWriting();
    const text = await overlay.untilShown(/^TELEMETRY STOPPED at \d\d:\d\d:\d\d\n/);
    assert.doesNotMatch(text, /Mb\/s/, "no old figures");
    assert.equal((await overlay.shown()).colour, GREY);
    overlay.keepWriting(healthyFixture());
    await overlay.untilShown(/HEALTHY/);
  });

  await t.step("a bridge without OBS shows the collector's advice", async () => {
    overlay.keepWriting(disconnectedFixture());
    await overlay.untilShown(/^OBS NOT CONNECTED\n.*WebSocket Server Settings/s);
    overlay.keepWriting(disconnectedFixture("OBS refuses the password: set the new one."));
    await overlay.untilShown(/^OBS NOT CONNECTED\nOBS refuses the password: set the new one\.$/);
  });

  await t.step("names are plain text on one line, whatever is in them", async () => {
    const telemetry = healthyFixture();
    for (const output of telemetry.obs.outputs ?? []) output.name = 'a}{\n\u202E"b],';
    overlay.keepWriting(telemetry);
    await overlay.untilShown(/\na\}\{ "b\], +5\.98 of 6\.00 Mb\/s/);
  });

  await t.step("a damaged file is named after a moment, and read again once whole", async () => {
    overlay.stopWriting();
    writeBridge(overlay.bridgePath, '{"version":"1.1.0","sequen');
    const text = await overlay.untilShown(/^TELEMETRY FILE DAMAGED\n/);
    assert.ok(text.includes(overlay.bridgePath));
    overlay.keepWriting(healthyFixture());
    await overlay.untilShown(/HEALTHY/);
  });

  await t.step("another program's file is not taken for telemetry", async () => {
    overlay.stopWriting();
    writeBridge(overlay.bridgePath, "{}");
    await overlay.untilShown(/^NOT A TELEMETRY FILE\n/);
    overlay.keepWriting(healthyFixture());
    await overlay.untilShown(/HEALTHY/);
  });

  await t.step("a file that vanishes is missed", async () => {
    overlay.stopWriting();
    Deno.removeSync(overlay.bridgePath);
    await overlay.untilShown(/^No telemetry yet\./);
  });

  await t.step("OBS ends without a leak and without a complaint about the script", async () => {
    const printed = await obs.quit();
    assert.match(printed, /Number of memory leaks: 0\b/);
    assert.deepEqual(luaErrors(printed), []);
  });
});

counterpartTest("the overlay is created hidden, and not again once removed", needs, async () => {
  await using overlay = await startOverlay();
  const { obs } = overlay;
  const item = await until(() => overlay.item(), { what: "it is created at the first start" });
  assert.equal(item.visible, false);
  assert.equal(item.inputKind, "text_ft2_source_v2");

  await obs.restart();
  assert.equal((await overlay.item())?.visible, false, "still one, still hidden");

  await obs.client.call("RemoveInput", { inputName: OVERLAY_NAME });
  await until(async () => await overlay.item() === undefined, { what: "the item is gone" });
  await obs.restart();
  await obs.client.call("CreateScene", { sceneName: "Other" });
  await obs.client.call("SetCurrentProgramScene", { sceneName: "Other" });
  assert.equal(await overlay.item("Scene"), undefined);
  assert.equal(await overlay.item("Other"), undefined);
});

counterpartTest("the overlay is not created if the user does not want it", needs, async () => {
  await using overlay = await startOverlay({ settings: { auto_create_source: false } });
  assert.equal(await overlay.item(), undefined);
});

/** Gives the overlay's name to a source of another kind, so that it can't be created at start. */
async function takeName(home: string): Promise<void> {
  const path = `${home}/.config/obs-studio/basic/scenes/Untitled.json`;
  const collection = JSON.parse(await Deno.readTextFile(path));
  collection.sources.push({
    id: "color_source",
    versioned_id: "color_source_v3",
    name: OVERLAY_NAME,
  });
  collection.sources[0].settings.items = [{ name: OVERLAY_NAME, id: 1, visible: true }];
  collection.sources[0].settings.id_counter = 1;
  await Deno.writeTextFile(path, JSON.stringify(collection));
}

counterpartTest(
  "nothing is created on air; it is, hidden, when OBS goes off air",
  needs,
  async () => {
    await using overlay = await startOverlay({ prepare: takeName });
    const { client } = overlay.obs;
    assert.equal((await overlay.item())?.inputKind, "color_source_v3", "the name is taken");
    await overlay.obs.startRecord();
    await client.call("RemoveInput", { inputName: OVERLAY_NAME });
    await until(async () => await overlay.item() === undefined, { what: "the name is free" });
    await client.call("CreateScene", { sceneName: "Other" });
    const changed = new Promise((resolve) => client.once("CurrentProgramSceneChanged", resolve));
    await client.call("SetCurrentProgramScene", { sceneName: "Other" });
    await changed;
    assert.equal(await overlay.item("Other"), undefined, "not while recording");
    await overlay.obs.stopRecord();
    const item = await until(() => overlay.item("Other"), { what: "the overlay is created" });
    assert.equal(item.visible, false);
  },
);

counterpartTest("without a path it reads the sidecar's own place", needs, async () => {
  await using overlay = await startOverlay({ settings: { bridge_file: "" } });
  const text = await overlay.untilShown(/^No telemetry yet\./);
  assert.ok(text.endsWith(`${overlay.obs.home}/.config/obs-telemetry-bridge/bridge.json`));
});

counterpartTest("a source of the user's own choice is used as it is", needs, async () => {
  await using overlay = await startOverlay({
    settings: { source_name: "Mine", colour_by_health: false, text_colour: 0xff112233 },
    prepare: async (home) => {
      const path = `${home}/.config/obs-studio/basic/scenes/Untitled.json`;
      const collection = JSON.parse(await Deno.readTextFile(path));
      collection.sources.push({
        id: "text_ft2_source",
        versioned_id: "text_ft2_source_v2",
        name: "Mine",
        settings: { outline: false, font: { face: "DejaVu Serif", size: 40 } },
      });
      collection.sources[0].settings.items = [{ name: "Mine", id: 1, visible: true }];
      await Deno.writeTextFile(path, JSON.stringify(collection));
    },
  });
  overlay.keepWriting(healthyFixture());
  const settings = await until(async () => {
    const answer = await overlay.obs.client.call("GetInputSettings", { inputName: "Mine" });
    return /HEALTHY/.test(String(answer.inputSettings["text"])) && answer.inputSettings;
  }, { what: "the chosen source shows telemetry" });
  assert.equal(settings["color1"], 0xff112233);
  assert.deepEqual(settings["font"], { face: "DejaVu Serif", size: 40 });
  assert.equal(settings["outline"], false);
  assert.equal(await overlay.item(), undefined);
});

/** The script with its dialogue and buttons moved to events that a test can cause. */
async function scriptWithButtons(): Promise<string> {
  const script = await Deno.readTextFile(
    new URL("../../lua/obs_telemetry.lua", import.meta.url),
  );
  const path = await Deno.makeTempFile({ suffix: ".lua" });
  await Deno.writeTextFile(
    path,
    `${script}
local presses = { on_show_button, on_create_button }
local function on_test_event(event)
  if event ~= obs.OBS_FRONTEND_EVENT_TRANSITION_DURATION_CHANGED then return end
  obs.obs_properties_destroy(script_properties())
  local press = presses[obs.obs_frontend_get_transition_duration() - 1000]
  if press then press() end
end
obs.obs_frontend_add_event_callback(on_test_event)
`,
  );
  return path;
}

counterpartTest("the buttons show, add and create the overlay when asked", needs, async () => {
  const script = await scriptWithButtons();
  try {
    await using overlay = await startOverlay({ script, settings: { auto_create_source: false } });
    const { client } = overlay.obs;
    const press = async (button: 1 | 2) => {
      await client.call("SetCurrentSceneTransitionDuration", { transitionDuration: 500 });
      await client.call("SetCurrentSceneTransitionDuration", { transitionDuration: 1000 + button });
    };
    const seen = (scene: string, visible: boolean) =>
      until(async () => (await overlay.item(scene))?.visible === visible, {
        what: `the overlay in ${scene} is ${visible ? "shown" : "hidden"}`,
      });
    await press(2);
    await seen("Scene", false);
    await press(1);
    await seen("Scene", true);
    await client.call("CreateScene", { sceneName: "Other" });
    await client.call("SetCurrentProgramScene", { sceneName: "Other" });
    await press(1);
    await seen("Other", true);
    await client.call("RemoveInput", { inputName: OVERLAY_NAME });
    await until(async () => await overlay.item("Other") === undefined, { what: "it is gone" });
    await press(2);
    await seen("Other", false);
    const printed = await overlay.obs.quit();
    assert.match(printed, /Number of memory leaks: 0\b/);
    assert.deepEqual(luaErrors(printed), []);
  } finally {
    await Deno.remove(script);
  }
});

counterpartTest("OBS without the script leaks as little as with it", needs, async () => {
  await using obs = await startObs();
  assert.match(await obs.quit(), /Number of memory leaks: 0\b/);
});
