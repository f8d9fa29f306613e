/** A microphone for an OBS on a machine without a sound card. */
import assert from "node:assert/strict";

/**
 * Gives a home an ALSA whose default microphone hears a tone for ever, and a song as a file.
 * Needs ffmpeg.
 */
export async function prepareTone(home: string): Promise<void> {
  const tone = ["-f", "lavfi", "-i", "sine=frequency=440:duration=30", "-ac", "2"];
  const files = [["-f", "s16le", "-ar", "44100", `${home}/tone.raw`], [`${home}/song.wav`]];
  for (const file of files) {
    const args = ["-v", "error", ...tone, ...file];
    const { success } = await new Deno.Command("/usr/bin/ffmpeg", { args }).output();
    assert.ok(success);
  }
  await Deno.writeTextFile(
    `${home}/.asoundrc`,
    `pcm.!default {
      type file slave.pcm "null" file "/dev/null" infile "${home}/tone.raw" format "raw"
    }\n`,
  );
}
