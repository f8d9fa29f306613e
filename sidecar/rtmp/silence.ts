/** AAC-LC silence, 48 kHz stereo. */
export const SILENCE = {
  sampleRate: 48_000,
  channels: 2,
  /** Samples in one AAC frame (ISO/IEC 14496-3). */
  frameSamples: 1024,
  /** FLV audio tag with the AudioSpecificConfig: LC, 48 kHz, two channels. */
  sequenceHeader: Uint8Array.fromHex("af001190"),
  /** FLV audio tag with one frame of silence. */
  frame: Uint8Array.fromHex("af01210049900219002380"),
} as const;
