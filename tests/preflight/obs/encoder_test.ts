import assert from "node:assert/strict";
import { hasBitrate } from "../../../sidecar/preflight/obs/encoder.ts";

Deno.test("every rate control that holds to a bitrate is known, whatever stands before it", () => {
  for (const control of ["CBR", "VBR", "HQVBR", "QVBR", "CQVBR", "AVBR", "VCM", "LA_VBR", "abr"]) {
    assert.ok(hasBitrate(control), control);
  }
  for (const control of ["CQP", "CRF", "ICQ", "LA_ICQ", "CQ", "lossless"]) {
    assert.ok(!hasBitrate(control), control);
  }
});
