import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Credential,
  decodeCredentials,
  encodeCredentials,
} from "../../sidecar/vault/credential.ts";
import {
  checkCredentialId,
  CREDENTIAL_ID_CHOICES,
  isCredentialId,
  platformOfCredential,
} from "../../sidecar/vault/credential_id.ts";
import { canonicalHost, mayBeSentTo } from "../../sidecar/vault/host.ts";
import { vaultFault } from "./vault_rig.ts";

const credential: fc.Arbitrary<Credential> = fc.record({
  id: fc.constantFrom("obs.websocket.password", "grafana.api_url", "platforms.a-b_9.stream_key"),
  value: fc.uint8Array({ minLength: 1, maxLength: 300 }),
  created_at: fc.integer({ min: 0, max: 4_000_000_000 }),
  last_used: fc.option(fc.integer({ min: 0, max: 4_000_000_000 })),
  host: fc.option(fc.stringMatching(/^[a-z0-9.-]{1,40}$/)),
  revision: fc.stringMatching(/^[0-9a-f]{16}$/),
});

Deno.test("any credentials survive being written and read", () => {
  fc.assert(fc.property(fc.array(credential, { maxLength: 8 }), (credentials) => {
    const read = decodeCredentials(encodeCredentials(credentials));
    assert.deepEqual(read.map(plain), credentials.map(plain));
  }));
});

Deno.test("read credentials do not depend on the buffer they came from", () => {
  const [one] = fc.sample(credential, 1);
  assert.ok(one);
  const encoded = encodeCredentials([one]);
  const [read] = decodeCredentials(encoded);
  encoded.fill(0);
  assert.deepEqual([...read?.value ?? []], [...one.value]);
});

Deno.test("bytes that are no credentials are refused, never read beyond their end", () => {
  const encoded = encodeCredentials(fc.sample(credential, 3));
  for (let length = 0; length < encoded.length; length++) {
    assert.throws(() => decodeCredentials(encoded.slice(0, length)), `${length} bytes`);
  }
  assert.throws(() => decodeCredentials(Uint8Array.of(...encoded, 0)));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
    try {
      decodeCredentials(noise);
    } catch (error) {
      assert.ok(error instanceof RangeError || error instanceof TypeError);
    }
  }));
});

Deno.test("only known ids are ids, and a wrong one is answered with the list", () => {
  const valid = [
    "obs.websocket.password",
    "grafana.api_url",
    "grafana.api_token",
    "grafana.api_headers",
    "notify.webhook_url",
    "platforms.twitch.stream_key",
    `platforms.${"x".repeat(64)}.stream_key`,
    "platforms._-9.stream_key",
  ];
  for (const id of valid) {
    assert.equal(isCredentialId(id), true);
    checkCredentialId(id);
  }
  const invalid = [
    "",
    "obs",
    "OBS.websocket.password",
    " obs.websocket.password",
    "obs.websocket.password\n",
    "platforms..stream_key",
    "platforms.a/b.stream_key",
    "platforms.../../etc/passwd.stream_key",
    "platforms.a\\b.stream_key",
    "platforms.Twitch.stream_key",
    `platforms.${"x".repeat(65)}.stream_key`,
    "platforms.a\u0000b.stream_key",
    "platforms.twitch.stream_key.stream_key",
    "__proto__",
    "constructor",
    "../vault.dat",
    "x".repeat(1 << 20),
    "\u001b[31mred\u202e",
  ];
  for (const id of invalid) {
    assert.equal(isCredentialId(id), false);
    assert.throws(() => checkCredentialId(id), (error: Error) => {
      assert.ok(vaultFault("invalid", /^There is no secret with the id/)(error));
      assert.ok(error.message.includes(CREDENTIAL_ID_CHOICES));
      assert.ok(error.message.length < 400);
      assert.doesNotMatch(error.message, /[\p{Cc}\u202e]/u);
      return true;
    });
  }
  assert.equal(platformOfCredential("platforms.kick.stream_key"), "kick");
  assert.equal(platformOfCredential("grafana.api_url"), null);
});

Deno.test("hosts are compared as the network sees them, not as they are written", () => {
  const same = [
    ["Live.Example.COM", "live.example.com"],
    ["live.example.com.", "live.example.com"],
    ["bücher.example", "xn--bcher-kva.example"],
    ["LOCALHOST", "localhost"],
    ["127.0.0.1", "localhost"],
    ["127.0.0.2", "127.0.0.2"],
    ["::1", "localhost"],
    ["[::1]", "localhost"],
    ["192.168.1.20", "192.168.1.20"],
    ["FE80::1", "fe80::1"],
  ];
  for (const [written, kept] of same) assert.equal(canonicalHost(String(written)), kept);
  const none = [
    "",
    " ",
    "a b",
    "a/b",
    "a:80",
    "http://a",
    "a?b",
    "a#b",
    "u@a",
    "a\\b",
    "[::1",
    "%",
  ];
  for (const host of none) {
    assert.throws(() => canonicalHost(host), vaultFault("invalid", /is no host/), host);
  }
  assert.equal(mayBeSentTo("A.example", { bound: "a.example" }), true);
  assert.equal(mayBeSentTo("b.example", { bound: "a.example" }), false);
  assert.equal(mayBeSentTo("a.example", { bound: null }), false);
});

function plain({ value, ...rest }: Credential) {
  return { ...rest, value: [...value] };
}
