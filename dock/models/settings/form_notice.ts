import type { Tone } from "../tone.ts";

/** Something to tell about the form as a whole. */
export interface FormNotice {
  tone: Exclude<Tone, "idle">;
  text: string;
}
