import assert from "node:assert/strict";
import { parseIngest } from "../../sidecar/obs/ingest.ts";

const CASES: [string, ReturnType<typeof parseIngest>][] = [
  ["rtmp://live.twitch.tv/app", { host: "live.twitch.tv", port: 1935 }],
  ["rtmps://a.rtmps.youtube.com:443/live2", { host: "a.rtmps.youtube.com", port: 443 }],
  ["rtmps://ingest.example/app", { host: "ingest.example", port: 443 }],
  ["rtmp://127.0.0.1:1936/live", { host: "127.0.0.1", port: 1936 }],
  ["rtmp://[::1]:1936/live", { host: "::1", port: 1936 }],
  ["https://whip.example/endpoint", { host: "whip.example", port: 443 }],
  [" http://whip.example:8080/endpoint ", { host: "whip.example", port: 8080 }],
  ["srt://ingest.example:9998?streamid=x", null],
  ["rist://ingest.example:9998", null],
  ["auto", null],
  ["", null],
  ["rtmp://", null],
  ["rtmp://host:99999/app", null],
  ["file:///etc/passwd", null],
];

for (const [url, ingest] of CASES) {
  Deno.test(`reads the ingest "${url}" as ${ingest ? `${ingest.host}:${ingest.port}` : "none"}`, () => {
    assert.deepEqual(parseIngest(url), ingest);
  });
}
