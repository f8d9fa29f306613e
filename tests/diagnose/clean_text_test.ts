import assert from "node:assert/strict";
import { cleanText } from "../../sidecar/diagnose/clean_text.ts";
import { Redactor } from "../../sidecar/log/redactor.ts";

function clean(text: string, { home = "/home/joe", secret = "" } = {}): string {
  const redactor = new Redactor();
  redactor.add(secret);
  return cleanText(text, { redactor, home });
}

Deno.test("what is called a secret is taken out, and what is no value of one stays", () => {
  const lines: [string, string][] = [
    ["password: hunter2", "password: [redacted]"],
    ['{"stream_key":"abc","n":1}', '{"stream_key":"[redacted]","n":1}'],
    ["Authorization: Basic Zm9vOmJhcg==", "Authorization: [redacted]"],
    ['"password_set": true', '"password_set": true'],
    ["sent with Bearer abcdef.123", "sent with Bearer [redacted]"],
  ];
  for (const [text, expected] of lines) assert.equal(clean(text), expected);
});

Deno.test("of addresses scheme and host stay", () => {
  assert.equal(
    clean("to rtmps://me:pw@a.example:443/app/live_1?x=y failed"),
    "to rtmps://a.example:443/… failed",
  );
  assert.equal(clean("at http://127.0.0.1:4477/#token=abc"), "at http://127.0.0.1:4477/…");
});

Deno.test("words as random as keys are taken out, figures and plain words stay", () => {
  assert.equal(clean("live_123456789_abcDEF00 abcd-12ef-gh34-ij56"), "[redacted] [redacted]");
  const plain = "encoder_skipped_frames 1790000000123 0.30000000000000004 1.7976931348623157e+308";
  assert.equal(clean(plain), plain);
  assert.equal(clean("from joe.bloggs@example.org"), "from [redacted]");
});

Deno.test("known secrets are taken out wherever they stand", () => {
  assert.equal(clean("scene hunter22!", { secret: "hunter22" }), "scene [redacted]!");
});

Deno.test("the home folder reads ~ in every form of its path", () => {
  assert.equal(clean("in /home/joe/.config"), "in ~/.config");
  const home = "C:\\Users\\Joe (PC)";
  assert.equal(clean("in c:\\users\\joe (pc)\\x", { home }), "in ~\\x");
  assert.equal(clean('"C:\\\\Users\\\\Joe (PC)\\\\x"', { home }), '"~\\\\x"');
  assert.equal(clean("C:/Users/Joe (PC)/x", { home }), "~/x");
});
