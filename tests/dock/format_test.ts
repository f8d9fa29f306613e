import assert from "node:assert/strict";
import * as format from "../../dock/models/format.ts";

/** Compares with ordinary spaces, for reading's sake. */
function same(text: string, expected: string): void {
  assert.equal(text.replaceAll("\u00a0", " "), expected);
}

Deno.test("shows what is not known as a dash, never as 0", () => {
  same(format.formatCount(null), "–");
  same(format.formatPercent(null), "–");
  same(format.formatWholePercent(null), "–");
  same(format.formatBitrate(null, null), "–");
  same(format.formatBitrate(null, 6000), "– / 6.0");
  same(format.formatRate(null), "–");
  same(format.formatMs(null), "–");
  same(format.formatGb(null), "–");
  same(format.formatGbOf(null, null), "–");
  same(format.formatGbOf(null, 32), "– / 32.0 GB");
  same(format.formatCelsius(null), "–");
  same(format.formatFps(null, null), "–");
  same(format.formatFps(null, 60), "– / 60");
  same(format.formatDuration(null), "–");
  same(format.formatMinutesLeft(null), "–");
});

Deno.test("shows a known 0 as 0", () => {
  same(format.formatPercent(0), "0.0 %");
  same(format.formatBitrate(0, 6000), "0.0 / 6.0");
  same(format.formatFps(0, 60), "0 / 60");
  same(format.formatDuration(0), "0:00:00");
  same(format.formatMinutesLeft(0), "0 min");
});

Deno.test("does not round a trace of lost frames away", () => {
  same(format.formatPercent(0.004), "<0.1 %");
  same(format.formatPercent(0.1), "0.1 %");
  same(format.formatPercent(9.94), "9.9 %");
  same(format.formatPercent(9.96), "10 %");
  same(format.formatPercent(100), "100 %");
});

Deno.test("groups and rounds", () => {
  same(format.formatBitrate(18_240.4, null), "18.2");
  same(format.formatBitrate(5987, 6000), "6.0 / 6.0");
  same(format.formatBitrate(124_500, 125_000), "125 / 125");
  same(format.formatMbps(5.94), "5.9 Mb/s");
  same(format.formatSpan(20.9), "20 s");
  same(format.formatSpan(-1), "0 s");
  same(format.formatSpan(3900), "1 h 5 min");
  same(format.formatRate(6.44), "6.4");
  same(format.formatRate(940.2), "940");
  same(format.formatMs(3.21), "3.2 ms");
  same(format.formatMs(9.97), "10 ms");
  same(format.formatMs(1234), "1,234 ms");
  same(format.formatGb(412.64), "412.6 GB");
  same(format.formatGb(3725.9), "3,726 GB");
  same(format.formatGbOf(17.21, 31.94), "17.2 / 31.9 GB");
  same(format.formatCelsius(63.6), "64 °C");
});

Deno.test("shows whole and broken frame rates", () => {
  same(format.formatFps(60, 60), "60 / 60");
  same(format.formatFps(59.94, 60), "59.9 / 60");
  same(format.formatFps(59.98, 60), "60 / 60");
  same(format.formatFps(29.97, null), "30");
  same(format.formatFps(143.98, 144), "144 / 144");
});

Deno.test("shows durations as a clock that does not jump ahead", () => {
  same(format.formatDuration(59.999), "0:00:59");
  same(format.formatDuration(4840), "1:20:40");
  same(format.formatDuration(100 * 3600 + 61), "100:01:01");
});

Deno.test("shows the time left in hours from an hour on", () => {
  same(format.formatMinutesLeft(59.9), "59 min");
  same(format.formatMinutesLeft(60), "1 h 0 min");
  same(format.formatMinutesLeft(3050), "50 h 50 min");
  same(format.formatMinutesLeft(6000), "over 99 h");
});
