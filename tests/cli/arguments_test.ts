import assert from "node:assert/strict";
import {
  choiceFlag,
  parseFlags,
  portFlag,
  textFlag,
  UsageError,
} from "../../sidecar/cli/arguments.ts";

const TYPES = { "data-dir": "string", port: "string", json: "boolean" } as const;

function usage(pattern: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof UsageError && pattern.test(error.message);
}

Deno.test("reads flags with and without values, in either form", () => {
  const flags = parseFlags(["--data-dir", "/a b", "--port=4466", "--json", "--help"], TYPES);
  assert.deepEqual({ ...flags }, { "data-dir": "/a b", port: "4466", json: true, help: true });
  assert.deepEqual({ ...parseFlags([], TYPES) }, {});
});

Deno.test("refuses what it does not know, and says where to look", () => {
  for (
    const [args, pattern] of [
      [["--nonsense"], /^Unknown option '--nonsense'\. See --help\.$/],
      [["-x"], /^Unknown option '-x'\. See --help\.$/],
      [["stray"], /^Unexpected argument 'stray'.*See --help\.$/],
      [["--port"], /^Option '--port <value>' argument missing\. See --help\.$/],
      [["--json=yes"], /^Option '--json' does not take an argument\. See --help\.$/],
    ] as const
  ) assert.throws(() => parseFlags(args, TYPES), usage(pattern));
});

Deno.test("takes ports from 1 to 65535", () => {
  for (const port of ["1", "4477", "65535"]) assert.equal(portFlag({ port }, "port"), Number(port));
  assert.equal(portFlag({}, "port"), null);
  for (const port of ["0", "65536", "-1", "1.5", "0x10", "1e3", " 1", "abc", "99999999"]) {
    assert.throws(
      () => portFlag({ port }, "port"),
      usage(/^--port must be a whole number from 1 to 65535, is "/),
    );
  }
});

Deno.test("takes no empty value", () => {
  assert.throws(() => textFlag({ "data-dir": "" }, "data-dir"), usage(/--data-dir needs a value/));
  assert.equal(textFlag({ "data-dir": "x" }, "data-dir"), "x");
  assert.equal(textFlag({}, "data-dir"), null);
});

Deno.test("takes one of the choices", () => {
  const choice = { name: "log-level", choices: ["info", "warn"] as const };
  assert.equal(choiceFlag({ "log-level": "warn" }, choice), "warn");
  assert.equal(choiceFlag({}, choice), null);
  assert.throws(
    () => choiceFlag({ "log-level": "loud" }, choice),
    usage(/^--log-level must be one of info, warn, is "loud"\.$/),
  );
});
