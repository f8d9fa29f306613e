import assert from "node:assert/strict";
import { identifyService } from "../../sidecar/obs/output_identity.ts";
import { streamedTracks } from "../../sidecar/obs/streamed_tracks.ts";

function tracks(parameters: Record<string, string>, server = "rtmp://127.0.0.1/live"): number[] {
  const profileParameters = new Map(Object.entries(parameters));
  return [...streamedTracks({ profileParameters, service: identifyService(null, server) })];
}

Deno.test("Simple mode streams the first track", () => {
  assert.deepEqual(tracks({}), [1]);
  assert.deepEqual(tracks({ "Output/Mode": "Simple", "AdvOut/TrackIndex": "3" }), [1]);
});

Deno.test("Advanced mode streams the track that the user chose", () => {
  const advanced = { "Output/Mode": "Advanced" };
  assert.deepEqual(tracks({ ...advanced, "AdvOut/TrackIndex": "3" }), [3]);
  for (const wrong of ["0", "7", "1.5", "two"]) {
    assert.deepEqual(tracks({ ...advanced, "AdvOut/TrackIndex": wrong }), [1], wrong);
  }
  assert.deepEqual(tracks(advanced), [1]);
});

Deno.test("SRT and RIST take several tracks", () => {
  const advanced = {
    "Output/Mode": "Advanced",
    "AdvOut/TrackIndex": "4",
    "AdvOut/StreamMultiTrackAudioMixes": "5",
  };
  assert.deepEqual(tracks(advanced, "srt://10.0.0.5:9000"), [1, 3]);
  assert.deepEqual(tracks(advanced, "RIST://10.0.0.5:9000"), [1, 3]);
  assert.deepEqual(tracks(advanced), [4]);
  assert.deepEqual(
    tracks({ ...advanced, "AdvOut/StreamMultiTrackAudioMixes": "0" }, "srt://10.0.0.5:9000"),
    [1],
  );
});
