import assert from "node:assert/strict";
import {
  InputCancelledError,
  readSecret,
  type SecretInput,
} from "../../sidecar/vault/hidden_input.ts";
import { vaultFault } from "./vault_rig.ts";

/** Input that arrives in the given pieces; `buffers` are those it was asked to fill. */
function inputOf(
  pieces: (string | Uint8Array)[],
  { terminal }: { terminal: boolean },
): SecretInput & { raw: boolean[]; buffers: Uint8Array[] } {
  const waiting = pieces.map((piece) =>
    typeof piece === "string" ? new TextEncoder().encode(piece) : piece
  );
  const raw: boolean[] = [];
  const buffers: Uint8Array[] = [];
  return {
    raw,
    buffers,
    isTerminal: () => terminal,
    setRaw: (on) => raw.push(on),
    read(buffer) {
      buffers.push(buffer);
      const piece = waiting.shift();
      if (piece === undefined) return Promise.resolve(null);
      const length = Math.min(piece.length, buffer.length);
      buffer.set(piece.subarray(0, length));
      if (length < piece.length) waiting.unshift(piece.subarray(length));
      return Promise.resolve(length);
    },
  };
}

async function typed(...pieces: string[]): Promise<string> {
  const said: string[] = [];
  const input = inputOf(pieces, { terminal: true });
  const say = (text: string) => {
    if (said.length === 0) assert.deepEqual(input.raw, [true], "no echo from the prompt on");
    said.push(text);
  };
  using secret = await readSecret(input, { prompt: "Value: ", say });
  assert.deepEqual(said, ["Value: ", "\n"], "nothing that is typed is shown");
  assert.deepEqual(input.raw, [true, false]);
  for (const buffer of input.buffers) assert.ok(buffer.every((byte) => byte === 0));
  return secret.text();
}

async function piped(...pieces: (string | Uint8Array)[]): Promise<string> {
  const input = inputOf(pieces, { terminal: false });
  const say = () => assert.fail("no prompt without a terminal");
  using secret = await readSecret(input, { prompt: "Value: ", say });
  for (const buffer of input.buffers) assert.ok(buffer.every((byte) => byte === 0));
  return secret.text();
}

Deno.test("what is typed or pasted counts up to Enter", async () => {
  assert.equal(await typed("a", "b", "c", "\r"), "abc");
  assert.equal(await typed("pasted secret\n"), "pasted secret");
  assert.equal(await typed("first line\nsecond line\n"), "first line");
  assert.equal(await typed("€ü", "\r"), "€ü");
  assert.equal(await typed("ended by Ctrl-D\u0004"), "ended by Ctrl-D");
  assert.equal(await typed("ended by itself"), "ended by itself");
});

Deno.test("typing errors can be mended, and keys that mean nothing do nothing", async () => {
  assert.equal(await typed("abx\u007fc\r"), "abc");
  assert.equal(await typed("ab\b\b\b\bc\r"), "c");
  assert.equal(await typed("aü€\u007f\u007fb\r"), "ab");
  assert.equal(await typed("wrong\u0015right\r"), "right");
  assert.equal(await typed("a\u001b[Db\u001b[1;5Cc\u001bOPd\u001bxe\r"), "abcde");
  assert.equal(await typed("a\u001b", "[", "Ab\r"), "ab");
  assert.equal(await typed("a\tb\u0001c\r"), "abc");
});

Deno.test("Ctrl-C stores nothing and gives the terminal back", async () => {
  const input = inputOf(["secr\u0003"], { terminal: true });
  await assert.rejects(readSecret(input, { prompt: "", say() {} }), InputCancelledError);
  assert.deepEqual(input.raw, [true, false]);
  assert.ok(input.buffers[0]?.every((byte) => byte === 0));
});

Deno.test("from standard input one line end is taken off, of either kind", async () => {
  assert.equal(await piped("secret"), "secret");
  assert.equal(await piped("sec", "ret\n"), "secret");
  assert.equal(await piped("secret\r\n"), "secret");
  assert.equal(await piped("secret\n\n"), "secret\n");
  assert.equal(await piped("secret\r"), "secret\r");
  assert.equal(await piped("two\nlines\n"), "two\nlines");
  assert.equal(await piped("\n"), "");
  assert.equal(await piped(), "");
});

Deno.test("64 KiB are read, whatever the line end; more is refused", async () => {
  const largest = "x".repeat(64 << 10);
  for (const end of ["", "\n", "\r\n"]) assert.equal(await piped(largest + end), largest);
  const tooLong = vaultFault("invalid", /64 KiB at most/);
  await assert.rejects(piped("x".repeat(1 << 20)), tooLong);
  const input = inputOf(["x".repeat((64 << 10) + 1)], { terminal: true });
  await assert.rejects(readSecret(input, { prompt: "", say() {} }), tooLong);
  assert.deepEqual(input.raw, [true, false]);
});
