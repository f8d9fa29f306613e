import assert from "node:assert/strict";
import { format, inspect } from "node:util";
import { Secret } from "../../sidecar/vault/secret.ts";
import { bytes } from "./vault_rig.ts";

Deno.test("a secret shows itself nowhere but where it is asked for", () => {
  const secret = new Secret(bytes("s3cr3t-v4lue"));
  const shown = [
    String(secret),
    `${secret}`,
    secret + "",
    JSON.stringify({ secret }),
    Deno.inspect(secret),
    Deno.inspect({ deep: { er: [secret] } }),
    inspect(secret, { showHidden: true, depth: 9 }),
    format("%s %o %j", secret, secret, secret),
    JSON.stringify(Object.entries(secret)),
    new Error(`Failed with ${secret}`).stack ?? "",
  ];
  for (const text of shown) assert.doesNotMatch(text, /s3cr3t|115/);
  for (const text of shown.slice(0, 8)) assert.match(text, /\[redacted\]/);
  assert.equal(secret.text(), "s3cr3t-v4lue");
  assert.equal(secret.use((lent) => lent.length), 12);
});

Deno.test("a wiped secret is zeros, and says that it was wiped", () => {
  const buffer = bytes("password");
  {
    using secret = new Secret(buffer);
    assert.equal(secret.text(), "password");
  }
  assert.deepEqual([...buffer], [0, 0, 0, 0, 0, 0, 0, 0]);
  const secret = new Secret(bytes("x"));
  secret.wipe();
  assert.throws(() => secret.text(), /was wiped/);
  assert.throws(() => secret.use(() => 0), /was wiped/);
  assert.throws(() => secret.equals(new Secret(bytes("x"))), /was wiped/);
  assert.equal(String(secret), "[redacted]");
});

Deno.test("secrets are equal when all their bytes are", () => {
  const secret = (text: string) => new Secret(bytes(text));
  assert.equal(secret("abc").equals(secret("abc")), true);
  assert.equal(secret("abc").equals(secret("abd")), false);
  assert.equal(secret("abc").equals(secret("xbc")), false);
  assert.equal(secret("abc").equals(secret("ab")), false);
  assert.equal(secret("ab").equals(secret("abc")), false);
});

Deno.test("text that is no UTF-8 is refused, a byte order mark is kept", () => {
  assert.throws(() => new Secret(Uint8Array.of(0xff, 0x41)).text(), /no text in UTF-8/);
  assert.equal(new Secret(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41)).text(), "\ufeffA");
});
