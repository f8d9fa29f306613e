import type { Clock } from "../time/clock.ts";
import type { ObsPassword } from "./endpoint.ts";

/** Attempts without any password are repeated, but seldom: each shows up in OBS's log. */
const NO_PASSWORD_PAUSE_MS = 30_000;

/** After so long without an attempt, as when the machine slept, what OBS refused is forgotten. */
const LIFE_MS = 60_000;

/** What OBS refused, so that it is asked once for each password and run of OBS. */
export class RefusedPasswords {
  readonly #clock: Clock;
  /** By place, digests of what was refused there and when. */
  readonly #places = new Map<string, Map<string, number>>();
  /** Unix milliseconds of the last round of attempts. */
  #triedAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A round of attempts begins. */
  beginRound(): void {
    // The wall clock, for the monotonic one stands still on some systems while the machine sleeps.
    const now = this.#clock.now();
    if (now - this.#triedAt >= LIFE_MS) this.#places.clear();
    this.#triedAt = now;
  }

  /** Whether an OBS was found at this place that refused something. */
  knows(place: string): boolean {
    return this.#places.has(place);
  }

  /** The OBS of this place has ended: the next one may think otherwise. */
  forget(place: string): void {
    this.#places.delete(place);
  }

  /** OBS refused a password, or the lack of one (null). */
  async add(place: string, password: ObsPassword | null): Promise<void> {
    const refused = this.#places.get(place) ?? new Map<string, number>();
    refused.set(await digest(password), this.#clock.monotonic());
    this.#places.set(place, refused);
  }

  /** OBS took what it may have refused before. */
  async remove(place: string, password: ObsPassword | null): Promise<void> {
    this.#places.get(place)?.delete(await digest(password));
  }

  /** Whether OBS, which has run since, would refuse this again. */
  async has(place: string, password: ObsPassword | null): Promise<boolean> {
    const refusedAtMs = this.#places.get(place)?.get(await digest(password));
    if (refusedAtMs === undefined) return false;
    return password !== null || this.#clock.monotonic() - refusedAtMs < NO_PASSWORD_PAUSE_MS;
  }
}

/** A short stand-in for a secret, so that it need not be kept. */
async function digest(password: ObsPassword | null): Promise<string> {
  const bytes = new TextEncoder().encode(password?.value ?? "");
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
