import type { JSX } from "preact";
import type { Sound } from "../../sound.ts";

/** Plays the sound that an error makes. */
export function SoundButton({ sound }: { sound: Sound }): JSX.Element {
  return (
    <div class="test">
      <button type="button" class="button" onClick={() => sound.play("error")}>Play</button>
      <p class="test-result">What an error sounds like.</p>
    </div>
  );
}
