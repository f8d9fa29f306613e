import assert from "node:assert/strict";
import { retryAfterMs } from "../../sidecar/net/retry_after.ts";

/** Only those that are there. */
function headersOf(headers: Record<string, string | null>): Headers {
  return new Headers(
    Object.entries(headers).filter((pair): pair is [string, string] => pair[1] !== null),
  );
}

const NOW = Date.UTC(2026, 10, 22, 20, 0, 0);

Deno.test("reads how long a server wants to be left alone in every form", () => {
  const cases: [string | null, string, number | null][] = [
    ["12", "", 12_000],
    [" 0.5 ", "", 500],
    ["Sun, 22 Nov 2026 20:01:00 GMT", "", 60_000],
    ["Sun, 22 Nov 2026 19:00:00 GMT", "", 0],
    ["Sunday, 22-Nov-26 20:01:00 GMT", "", 60_000],
    ["Friday, 22-Nov-85 20:01:00 GMT", "", 0],
    ["Sun Nov 22 20:01:00 2026", "", 60_000],
    ["Tue Dec  1 20:00:00 2026", "", 3_600_000],
    ["Sun, 22 Now 2026 20:01:00 GMT", "", null],
    ["Sun, 22 Nov 2026 25:01:00 GMT", "", null],
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
    const found = retryAfterMs(headersOf({ "retry-after": header }), { text, now: NOW });
    assert.equal(found, expected, `${header} ${text}`);
  }
});

Deno.test("a server's date counts from the server's own clock", () => {
  for (const date of ["Sun, 22 Nov 2026 19:00:00 GMT", "Sun Nov 22 19:00:00 2026"]) {
    const headers = headersOf({ "retry-after": "Sun, 22 Nov 2026 19:02:00 GMT", date });
    assert.equal(retryAfterMs(headers, { now: NOW }), 120_000);
  }
  const headers = headersOf({ "retry-after": "Sun, 22 Nov 2026 20:02:00 GMT", date: "nonsense" });
  assert.equal(retryAfterMs(headers, { now: NOW }), 120_000);
});
