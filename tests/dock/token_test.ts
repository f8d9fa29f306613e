import assert from "node:assert/strict";
import { takeToken, type TokenPlace } from "../../dock/token.ts";

function place(hash: string, stored: Map<string, string> = new Map()) {
  const addresses: string[] = [];
  const window: TokenPlace = {
    location: { hash, pathname: "/", search: "?theme=x" },
    history: {
      replaceState(_data, _unused, url) {
        addresses.push(String(url));
      },
    },
    sessionStorage: {
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => void stored.set(key, value),
    },
  };
  return { window, addresses, stored };
}

Deno.test("takes the token out of the address and keeps it for a reload", () => {
  const { window, addresses, stored } = place("#token=abc_DEF-1");
  assert.equal(takeToken(window), "abc_DEF-1");
  assert.deepEqual(addresses, ["/?theme=x"]);
  assert.equal(takeToken(place("", stored).window), "abc_DEF-1");
});

Deno.test("prefers the address's token to the kept one", () => {
  const { stored } = place("#token=old");
  takeToken(place("#token=old", stored).window);
  assert.equal(takeToken(place("#token=new", stored).window), "new");
  assert.equal(takeToken(place("#alerts", stored).window), "new");
});

Deno.test("has no token where there is none", () => {
  for (const hash of ["", "#", "#token", "#token=", "#alerts"]) {
    const { window, addresses } = place(hash);
    assert.equal(takeToken(window), null);
    assert.deepEqual(addresses, []);
  }
});

Deno.test("works without storage", () => {
  const forbid = (): never => {
    throw new DOMException("denied", "SecurityError");
  };
  const forbidden = { getItem: forbid, setItem: forbid };
  assert.equal(takeToken({ ...place("#token=a").window, sessionStorage: forbidden }), "a");
  assert.equal(takeToken({ ...place("").window, sessionStorage: forbidden }), null);
});
