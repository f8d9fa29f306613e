import assert from "node:assert/strict";
import { counterpartTest, NEWER_OBS, XVFB } from "../counterparts.ts";
import { troubledFixture } from "../lua/bridge_fixture.ts";
import { startOverlay } from "../lua/overlay_peer.ts";
import { newerObs } from "../peers/newer_obs.ts";

counterpartTest(
  "the overlay shows a dash, not 0, for a figure that is null, in OBS 32.1 and later too",
  [NEWER_OBS, XVFB],
  async (t) => {
    if (!await newerObs(t, "forky")) return;
    await using overlay = await startOverlay({ debian: "forky" });
    overlay.keepWriting(troubledFixture());
    const text = await overlay.untilShown(/CRITICAL/);
    assert.match(text, /\nStudio relay o\.\. {2}3\.02 Mb\/s +drops -\n/);
    assert.match(text, /\nYouTube +8\.02 of 8\.00 Mb\/s +drops 0%\n/);
  },
);
