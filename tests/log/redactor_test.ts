import assert from "node:assert/strict";
import { Redactor } from "../../sidecar/log/redactor.ts";

function redactorOf(...secrets: string[]): Redactor {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.add(secret);
  return redactor;
}

Deno.test("takes a secret out as it is and as it stands in URLs and JSON", () => {
  const secret = 'pa ss"wörd\\';
  const redactor = redactorOf(secret);
  for (
    const text of [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret),
      `x${secret}${secret}x`,
    ]
  ) {
    const safe = redactor.redact(`before ${text} after`);
    assert.ok(safe.includes("[redacted]"));
    assert.ok(!/wörd|w%C3%B6rd/.test(safe), safe);
    assert.match(safe, /^before .* after$/);
  }
});

Deno.test("leaves no piece of a longer secret that holds a shorter one", () => {
  for (const order of [["geheim", "geheim-und-mehr"], ["geheim-und-mehr", "geheim"]]) {
    assert.equal(
      redactorOf(...order).redact("= geheim-und-mehr, geheim"),
      "= [redacted], [redacted]",
    );
  }
});

Deno.test("does not take what it put in for a secret", () => {
  assert.equal(
    redactorOf("secret-1", "secret-2").redact("secret-1 secret-2"),
    "[redacted] [redacted]",
  );
});

Deno.test("does not look for secrets that are ordinary words", () => {
  assert.equal(redactorOf("obs", "", "12345").redact("obs 12345"), "obs 12345");
});

Deno.test("takes secrets with characters that are none", () => {
  assert.equal(redactorOf("half \ud800 pair").redact("= half \ud800 pair"), "= [redacted]");
});

Deno.test("leaves text without secrets as it is", () => {
  assert.equal(new Redactor().redact("Connected."), "Connected.");
  assert.equal(redactorOf("secret").redact("Connected."), "Connected.");
});
