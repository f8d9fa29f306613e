import assert from "node:assert/strict";
import { retryAfterMs } from "../../sidecar/notify/retry_after.ts";

const NOW = Date.UTC(2026, 10, 22, 20, 0, 0);

Deno.test("reads how long a server wants to be left alone in every form", () => {
  const cases: [string | null, string, number | null][] = [
    ["12", "", 12_000],
    [" 0.5 ", "", 500],
    ["Sun, 22 Nov 2026 20:01:00 GMT", "", 60_000],
    ["Sun, 22 Nov 2026 19:00:00 GMT", "", 0],
    [null, '{"message":"You are being rate limited.","retry_after":64.57,"global":false}', 64_570],
    [null, '{"ok":false,"parameters":{"retry_after":35}}', 35_000],
    ["1", '{"retry_after":3}', 3000],
    ["99999999", "", 3_600_000],
    [null, "", null],
    ["soon", "<html>", null],
    ["-5", '{"retry_after":-1}', null],
    [null, '{"retry_after":"5"}', null],
    [null, "[1]", null],
    [null, "null", null],
    [null, '{"parameters":null}', null],
  ];
  for (const [header, text, expected] of cases) {
    const found = retryAfterMs({ header, text, now: NOW });
    assert.equal(found, expected, `${header} ${text}`);
  }
});
