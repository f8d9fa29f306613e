import assert from "node:assert/strict";
import { OutputBook } from "../../sidecar/obs/output_book.ts";
import { identifyService } from "../../sidecar/obs/output_identity.ts";

const SERVICE = identifyService("Twitch", "auto");

interface Listed {
  outputName: string;
  outputKind?: string;
  outputActive?: boolean;
}

/** An answer of `GetOutputList`. */
function list(...outputs: Listed[]): { outputs: Listed[] } {
  return {
    outputs: outputs.map((output) => ({
      outputKind: "rtmp_output",
      outputActive: true,
      ...output,
    })),
  };
}

function status(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { outputActive: true, outputReconnecting: false, ...changes };
}

const MAIN = { outputName: "adv_stream" };
const RECORDING = { outputName: "adv_file_output", outputKind: "ffmpeg_muxer" };
const SRT = { outputName: "aitum_multi_output_box", outputKind: "ffmpeg_mpegts_muxer" };

Deno.test("follows outputs from when they are first active", () => {
  const book = new OutputBook();
  assert.deepEqual(book.list(list({ ...MAIN, outputActive: false }, RECORDING), SERVICE), [
    "adv_file_output",
  ]);
  assert.deepEqual(book.list(list(MAIN, RECORDING), SERVICE), ["adv_stream"]);
  assert.deepEqual(book.list(list(MAIN, RECORDING), SERVICE), []);
});

Deno.test("knows the main stream from a plugin's", () => {
  const book = new OutputBook();
  book.list(list(SRT), SERVICE);
  book.update(SRT.outputName, { status: status(), atMs: 0 });
  assert.deepEqual([book.snapshot(null).streaming, book.mainStreaming], [true, false]);
  book.list(list(SRT, MAIN), SERVICE);
  book.update(MAIN.outputName, { status: status(), atMs: 0 });
  assert.equal(book.mainStreaming, true);
  book.list(list(SRT), SERVICE);
  assert.equal(book.mainStreaming, false);
});

Deno.test("keeps an output that has ended, with its totals", () => {
  const book = new OutputBook();
  book.list(list(MAIN), SERVICE);
  book.update("adv_stream", { status: status({ outputTotalFrames: 60 }), atMs: 0 });
  assert.equal(book.snapshot(null).streaming, true);
  book.list(list(), SERVICE);
  const { streaming, outputs } = book.snapshot(null);
  assert.equal(streaming, false);
  assert.deepEqual(outputs?.map(({ active, total_frames }) => [active, total_frames]), [[
    false,
    60,
  ]]);
});

Deno.test("sums over the network's outputs only, and shares over those that tell of drops", () => {
  const book = new OutputBook();
  book.list(list(MAIN, SRT, RECORDING), SERVICE);
  const update = (name: string, frames: number, dropped: number) =>
    book.update(name, {
      status: status({ outputTotalFrames: frames, outputSkippedFrames: dropped }),
      atMs: 0,
    });
  update("adv_stream", 1000, 50);
  update("aitum_multi_output_box", 3000, 0);
  update("adv_file_output", 9000, 9);
  const figures = book.snapshot(null);
  assert.equal(figures.total_dropped_frames, 50);
  assert.equal(figures.total_frames, 4000);
  assert.equal(figures.overall_drop_percentage, 5);
  assert.deepEqual([figures.streaming, figures.recording], [true, true]);
});

Deno.test("shares recent drops over the active network outputs together", () => {
  const book = new OutputBook();
  const names = ["adv_stream", "aitum_multi_output_Kick"];
  book.list(list(...names.map((outputName) => ({ outputName }))), SERVICE);
  assert.equal(book.snapshot(null).recent_drop_percentage, null);
  for (const [tick, atMs] of [0, 500].entries()) {
    book.update("adv_stream", {
      status: status({ outputTotalFrames: tick * 100, outputSkippedFrames: tick * 8 }),
      atMs,
    });
    book.update("aitum_multi_output_Kick", {
      status: status({ outputTotalFrames: tick * 100, outputSkippedFrames: 0 }),
      atMs,
    });
  }
  assert.equal(book.snapshot(null).recent_drop_percentage, 4);
});

Deno.test("gives the profile's bitrate to the main stream alone", () => {
  const book = new OutputBook();
  book.list(list(MAIN, SRT, RECORDING), SERVICE);
  const { outputs } = book.snapshot(6000);
  assert.deepEqual(outputs?.map((output) => output.target_bitrate_kbps), [6000, null, null]);
});

Deno.test("counts OBS's reconnect event for the main stream alone", () => {
  const book = new OutputBook();
  book.list(list(MAIN, SRT), SERVICE);
  for (const name of book.names) book.update(name, { status: status(), atMs: 0 });
  book.noteReconnecting(true);
  const { outputs } = book.snapshot(null);
  assert.deepEqual(outputs?.map(({ reconnecting }) => reconnecting), [true, false]);
});

Deno.test("counts the copies of one name as targets, and follows them as one", () => {
  const book = new OutputBook();
  const copy = { outputName: "multi-output" };
  assert.deepEqual(book.list(list(copy, copy, copy), SERVICE), ["multi-output"]);
  const { outputs } = book.snapshot(null);
  assert.deepEqual(outputs?.map(({ name }) => name), ["Multi-RTMP (3 targets, figures of one)"]);
});

Deno.test("shows the new platform when the user changes it", () => {
  const book = new OutputBook();
  book.list(list(MAIN), SERVICE);
  book.list(list(MAIN), identifyService("YouTube - RTMPS", null));
  assert.equal(book.snapshot(null).outputs?.[0]?.platform, "youtube");
});

Deno.test("follows no more than 64 outputs", () => {
  const book = new OutputBook();
  const many = Array.from({ length: 500 }, (_, index) => ({ outputName: `out ${index}` }));
  assert.equal(book.list(list(...many), SERVICE).length, 64);
  assert.equal(book.names.length, 64);
});

Deno.test("keeps its outputs when OBS's list is nonsense", () => {
  const book = new OutputBook();
  book.list(list(MAIN), SERVICE);
  book.update("adv_stream", { status: status({ outputTotalFrames: 60 }), atMs: 0 });
  for (const outputs of [undefined, null, {}, "x", 7]) {
    assert.deepEqual(book.list({ outputs }, SERVICE), []);
    assert.equal(book.snapshot(null).streaming, true);
  }
  const odd = {
    outputs: [null, 7, [], {}, { outputName: "" }, { outputName: 3 }, ...list(MAIN).outputs],
  };
  assert.deepEqual(book.list(odd, SERVICE), []);
  assert.deepEqual(book.names, ["adv_stream"]);
});

Deno.test("has zeros and nothing unknown before the first output", () => {
  assert.deepEqual(new OutputBook().snapshot(6000), {
    streaming: false,
    recording: false,
    outputs: [],
    total_dropped_frames: 0,
    total_frames: 0,
    overall_drop_percentage: 0,
    recent_drop_percentage: null,
  });
  assert.equal(new OutputBook().recordBytesPerSecond, null);
});
