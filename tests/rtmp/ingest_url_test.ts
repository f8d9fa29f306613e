import assert from "node:assert/strict";
import fc from "fast-check";
import { checkStreamKey, parseIngestUrl } from "../../sidecar/rtmp/ingest_url.ts";
import { RtmpError, serverWords } from "../../sidecar/rtmp/rtmp_error.ts";

const read: [string, [boolean, string, number, string, string]][] = [
  ["rtmp://live.example/app", [false, "live.example", 1935, "app", "rtmp://live.example/app"]],
  ["RTMPS://Live.Example/app/", [true, "live.example", 443, "app", "rtmps://Live.Example/app"]],
  [
    "rtmps://a.rtmps.youtube.com:443/live2?backup=1",
    [
      true,
      "a.rtmps.youtube.com",
      443,
      "live2?backup=1",
      "rtmps://a.rtmps.youtube.com/live2?backup=1",
    ],
  ],
  ["rtmp://h:1936/a/b/c", [false, "h", 1936, "a/b/c", "rtmp://h:1936/a/b/c"]],
  ["rtmp://[::1]:1940/live", [false, "::1", 1940, "live", "rtmp://[::1]:1940/live"]],
  ["  rtmp://127.0.0.1/live\n", [false, "127.0.0.1", 1935, "live", "rtmp://127.0.0.1/live"]],
];

for (const [url, [secure, host, port, app, tcUrl]] of read) {
  Deno.test(`${JSON.stringify(url)} is read`, () => {
    const { shownApp: _, secrets: __, ...ingest } = parseIngestUrl(url);
    assert.deepEqual(ingest, { secure, host, port, app, tcUrl });
  });
}

const refused: [string, RegExp][] = [
  ["", /is empty/],
  ["https://live.example/app", /must begin with rtmp/],
  ["live.example/app", /must begin with rtmp/],
  ["rtmp://", /must look like/],
  ["rtmp:///app", /must look like/],
  ["rtmp://live.example", /names no application/],
  ["rtmp://live.example/", /names no application/],
  ["rtmp://live.example/?a=1", /names no application/],
  ["rtmp://live example/app", /space/],
  ["rtmp://live.example/a\u0000pp", /invisible/],
  ["rtmp://live.example/a\u202epp", /invisible/],
  ["rtmp://live.example:0/app", /port/],
  ["rtmp://live.example:65536/app", /port/],
  ["rtmp://live.example:http/app", /must look like/],
  ["rtmp://user:pass@live.example/app", /must look like/],
  ["rtmp://live.example/app#x", /must look like/],
  ["rtmp://[::zz]/app", /must look like/],
  ["rtmp://[1:2]/app", /IPv6/],
  ["rtmp://300.1.1.1/app", /host name/],
  [`rtmp://${"a".repeat(300)}/app`, /host name/],
];

for (const [url, words] of refused) {
  Deno.test(`${JSON.stringify(url.slice(0, 50))} is refused with the reason`, () => {
    assert.throws(() => parseIngestUrl(url), (error) => {
      assert.ok(error instanceof RtmpError);
      assert.equal(error.code, "bad_url");
      assert.match(error.message, words);
      return true;
    });
  });
}

Deno.test("text of any kind is an ingest or bad_url, and nothing else happens", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string().map((rest) => `rtmp://${rest}`),
    fc.string().map((rest) => `rtmps://h:${rest}/app`),
  );
  fc.assert(fc.property(text, (url) => {
    try {
      parseIngestUrl(url);
    } catch (error) {
      assert.ok(error instanceof RtmpError && error.code === "bad_url", String(error));
    }
  }));
});

for (const key of ["", "live_1 23", "live_123\n", "live\u0000", "live\u202e1", "live\t"]) {
  Deno.test(`the key ${JSON.stringify(key)} is refused, without repeating it`, () => {
    assert.throws(() => checkStreamKey(key), (error) => {
      assert.ok(error instanceof RtmpError && error.code === "bad_key");
      assert.ok(key === "" || !error.message.includes(key));
      return true;
    });
  });
}

Deno.test("keys with a query and signs are taken", () => {
  checkStreamKey("live_123_aBc-d.e?bandwidthtest=true");
});

Deno.test("a server's words are one short line without the key", () => {
  const key = "s3cr3t/x?bandwidthtest=true";
  const words = serverWords(
    `No\nstream \u202e"s3cr3t/x" or s3cr3t%2Fx ${key} ${"y".repeat(9000)}`,
    [key],
  );
  assert.ok(!words.includes("s3cr3t"), words);
  assert.match(words, /^No stream "\[key\]" or \[key\] \[key\] y+…$/);
  assert.ok(words.length <= 160);
});

Deno.test("of the application only its first part is shown, the rest may be a key", () => {
  const { shownApp, secrets } = parseIngestUrl("rtmp://h/app/live_123_SECRET?auth=TOKEN&a=1");
  assert.equal(shownApp, "app");
  const words = serverWords("No app/live_123_SECRET, no TOKEN, no live_123_SECRET", secrets);
  assert.doesNotMatch(words, /SECRET|TOKEN/);
  assert.match(words, /^No app\//);
  assert.deepEqual(parseIngestUrl("rtmp://h/live").secrets, []);
});

Deno.test("the root's dot behind a host name is taken off", () => {
  assert.equal(parseIngestUrl("rtmp://Live.Example.:1936/app").host, "live.example");
});
