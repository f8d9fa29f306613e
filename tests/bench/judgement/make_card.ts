import type { Random } from "../../../sidecar/demo/random.ts";
import type { Evening } from "./evening.ts";
import { Card } from "./gpu.ts";

/** Where cards begin to slow down, °C: it depends on the model. */
const SLOWDOWN_CELSIUS = [83, 87, 90, 93] as const;

/** The card of an evening, with a scene that it renders well while it is left to. */
export function makeCard({ fps, encoder }: Evening, random: Random): Card {
  const model = Math.floor(random.next() * SLOWDOWN_CELSIUS.length);
  return new Card({
    random,
    fps,
    renderMs: 3 + 3 * random.next(),
    warmCelsius: 60 + 18 * random.next(),
    slowdownCelsius: SLOWDOWN_CELSIUS[model] ?? SLOWDOWN_CELSIUS[0],
    encodes: encoder === "nvenc",
  });
}
