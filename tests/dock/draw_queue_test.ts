import assert from "node:assert/strict";
import { createDrawQueue } from "../../dock/charts/draw_queue.ts";

Deno.test("draws one a frame, each once, in the order asked for", () => {
  const frames: (() => void)[] = [];
  const queue = createDrawQueue((fn) => frames.push(fn));
  const drawn: string[] = [];
  const a = (): void => void drawn.push("a");
  const b = (): void => void drawn.push("b");
  const c = (): void => void drawn.push("c");
  for (const draw of [a, b, a, c]) queue.ask(draw);
  queue.drop(c);
  assert.equal(frames.length, 1);
  frames.shift()?.();
  assert.deepEqual(drawn, ["a"]);
  frames.shift()?.();
  assert.deepEqual(drawn, ["a", "b"]);
  assert.equal(frames.length, 0);
});

Deno.test("goes on where all that waited was dropped", () => {
  const frames: (() => void)[] = [];
  const queue = createDrawQueue((fn) => frames.push(fn));
  let drawn = 0;
  const draw = (): void => void drawn++;
  queue.ask(draw);
  queue.drop(draw);
  frames.shift()?.();
  assert.equal(drawn, 0);
  queue.ask(draw);
  frames.shift()?.();
  assert.equal(drawn, 1);
});
