import assert from "node:assert/strict";
import {
  judgeSources,
  sourcesCheck,
  type SourceState,
  sourceState,
} from "../../../sidecar/preflight/obs/sources.ts";
import { filesOf, readInputs } from "../../../sidecar/preflight/obs/source_files.ts";
import { answered, context, fakeObs, REFUSED, told } from "./obs_fixture.ts";

function source(name: string, changes: Partial<SourceState> = {}): SourceState {
  return {
    input: { name, kind: "image_source" },
    files: [],
    blank: false,
    failed: false,
    ...changes,
  };
}

Deno.test("tells each missing file with its source and the way to mend it", () => {
  const findings = judgeSources([
    source("Logo", { files: ["/pics/logo.png"] }),
    source("Frame", { files: ["/pics/frame.png"] }),
    source("Shots", { files: ["/pics/logo.png", "/pics/b.png"] }),
  ], new Set(["/pics/logo.png", "/pics/b.png"]));
  assert.deepEqual(told(findings), [
    'warning: A file of "Logo" is missing: /pics/logo.png.',
    'warning: 2 files of "Shots" are missing: /pics/logo.png, /pics/b.png.',
  ]);
  assert.match(findings[0]?.remedy ?? "", /File > Check for Missing Files/);
});

Deno.test("tells media that failed, once if its file is missing", () => {
  const failed = source("Intro", { files: ["/a.mp4"], failed: true });
  assert.deepEqual(told(judgeSources([failed], new Set())), [
    'warning: "Intro" cannot be played.',
  ]);
  assert.equal(judgeSources([failed], new Set(["/a.mp4"])).length, 1);
});

Deno.test("knows media that failed, in VLC's words and in OBS's own", () => {
  const failed = (mediaState: string, more = {}, inputSettings: Record<string, unknown> = {
    local_file: "/a.mp4",
  }) =>
    sourceState({ name: "Intro", kind: "ffmpeg_source" }, {
      settings: answered({ inputSettings }),
      media: answered({ mediaState: `OBS_MEDIA_STATE_${mediaState}`, ...more }),
    }).failed;
  assert.equal(failed("ERROR"), true);
  assert.equal(failed("PLAYING", { mediaDuration: 0, mediaCursor: 0 }), true);
  assert.equal(failed("PLAYING", { mediaDuration: 0, mediaCursor: 0 }, {}), false);
  assert.equal(failed("PLAYING", { mediaDuration: 0, mediaCursor: 900 }), false);
  assert.equal(failed("PLAYING", { mediaDuration: 3000, mediaCursor: 0 }), false);
  assert.equal(failed("ENDED", { mediaDuration: null, mediaCursor: null }), false);
});

Deno.test("looks for no files of an OBS on another machine", () => {
  assert.deepEqual(told(judgeSources([source("Logo", { files: ["/x"] })], null)), [
    "skipped: OBS runs on another machine, where its files cannot be looked for.",
  ]);
});

Deno.test("knows which settings of a source name files", () => {
  const files = (kind: string, settings: Record<string, unknown>) =>
    filesOf({ name: "x", kind }, settings);
  assert.deepEqual(files("image_source", { file: "/a.png" }), ["/a.png"]);
  assert.deepEqual(files("ffmpeg_source", { local_file: "C:/a.mp4" }), ["C:/a.mp4"]);
  assert.deepEqual(files("ffmpeg_source", { is_local_file: false, local_file: "/a" }), []);
  assert.deepEqual(files("browser_source", { local_file: "/a.html" }), []);
  assert.deepEqual(files("browser_source", { is_local_file: true, local_file: "/a" }), ["/a"]);
  assert.deepEqual(files("slideshow", { files: [{ value: "/a" }, { value: 5 }, null] }), ["/a"]);
  assert.deepEqual(files("vlc_source", { playlist: [{ value: "rtsp://x/y" }, { value: "/v" }] }), [
    "/v",
  ]);
  assert.deepEqual(files("text_ft2_source", { text_file: "/t" }), []);
  assert.deepEqual(files("text_ft2_source", { from_file: true, text_file: "/t" }), ["/t"]);
  assert.deepEqual(files("color_source", { file: "/a" }), []);
  assert.deepEqual(files("image_source", { file: "/a\0b" }), []);
});

Deno.test("a browser source is blank only with an address that is empty", () => {
  const blank = (inputSettings: Record<string, unknown>) =>
    sourceState({ name: "Chat", kind: "browser_source" }, {
      settings: answered({ inputSettings }),
      media: REFUSED,
    }).blank;
  assert.equal(blank({ url: " " }), true);
  assert.equal(blank({}), false);
  assert.equal(blank({ url: "", is_local_file: true }), false);
});

Deno.test("reads inputs of old and new OBS, whatever else is in the list", () => {
  const list = answered({
    inputs: [
      { inputName: "A", inputKind: "slideshow_v2", unversionedInputKind: "slideshow" },
      { inputName: "B", inputKind: "text_ft2_source_v2" },
      { inputName: "", inputKind: "x" },
      { inputName: "x".repeat(5000), inputKind: "x" },
      null,
      7,
    ],
  });
  assert.deepEqual(readInputs(list), [
    { name: "A", kind: "slideshow" },
    { name: "B", kind: "text_ft2_source" },
  ]);
  assert.equal(readInputs(answered({ inputs: "none" })), null);
});

Deno.test("never shows a browser source's address: it may hold a token", async () => {
  const obs = fakeObs({
    GetInputList: answered({ inputs: [{ inputName: "Alerts", inputKind: "browser_source" }] }),
    GetInputSettings: answered({ inputSettings: { url: "https://x/?token=CANARY" } }),
  });
  const findings = await sourcesCheck(() => Promise.resolve(obs), {
    exists: () => Promise.resolve(false),
  }).run(context());
  assert.deepEqual(told(findings), ["pass: All files of the sources are there."]);
  assert.doesNotMatch(JSON.stringify(findings), /CANARY/);
});
