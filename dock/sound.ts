/// <reference lib="dom" />
import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Live } from "./models/live.ts";
import type { PlaySound } from "./models/alert_sound.ts";

/** The page's sound. */
export interface Sound {
  /** Whether the browser lets the page be heard only after a click on it. */
  isBlocked: ReadonlySignal<boolean>;
  play: PlaySound;
}

/** Two notes in Hz, and the length of one in seconds. */
const NOTES_HZ = [660, 880];
const NOTE_S = 0.14;

/** How long a browser may take to let a sound begin, in milliseconds. */
const STARTED_MS = 1000;

/** Loudest amplitude, of 1. */
const LOUDNESS = 0.25;

/** Makes the page's sound; `level`: whether it is to be heard at all. */
export function createSound(level: Live["sound"]): Sound {
  const isBlocked: Signal<boolean> = signal(false);

  /** A page that was clicked once may be heard from then on. */
  function unlock(): void {
    isBlocked.value = false;
    removeEventListener("pointerdown", unlock);
    removeEventListener("keydown", unlock);
  }

  effect(() => {
    if (level.value === "off") return;
    const probe = new AudioContext();
    // A page that may be heard needs a moment to begin.
    const timer = setTimeout(() => {
      isBlocked.value = probe.state === "suspended";
      probe.suspend();
    }, STARTED_MS);
    addEventListener("pointerdown", unlock);
    addEventListener("keydown", unlock);
    return () => {
      clearTimeout(timer);
      unlock();
      probe.close();
    };
  });

  return {
    isBlocked,
    play(severity) {
      const context = new AudioContext();
      const times = severity === "warning" || severity === "info" ? 1 : 2;
      for (let i = 0; i < times * NOTES_HZ.length; i++) {
        playNote(context, { hz: NOTES_HZ[i % NOTES_HZ.length] ?? 0, startS: i * NOTE_S });
      }
      setTimeout(() => context.close(), times * NOTES_HZ.length * NOTE_S * 1000 + 500);
    },
  };
}

function playNote(context: AudioContext, { hz, startS }: { hz: number; startS: number }): void {
  const at = context.currentTime + startS;
  const gain = context.createGain();
  // Without a rise and a fall each note would click.
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
  gain.gain.linearRampToValueAtTime(0, at + NOTE_S);
  const note = context.createOscillator();
  note.frequency.value = hz;
  note.connect(gain).connect(context.destination);
  note.start(at);
  note.stop(at + NOTE_S);
}
