/**
 * Bits that say a card is held down, as words. Source: `nvmlClocksEventReasons` in `nvml.h`.
 * Left out, because they are settings or a rest and no fault: idle (0x1), application clocks (0x2)
 * and display clocks (0x100).
 */
const WORDS: readonly (readonly [bit: bigint, word: string])[] = [
  [0x04n, "power cap"],
  [0x08n, "hardware slowdown"],
  [0x10n, "sync boost"],
  [0x20n, "software thermal slowdown"],
  [0x40n, "hardware thermal slowdown"],
  [0x80n, "power brake"],
];

/** The words for NVML's bit mask of reasons; empty when nothing holds the clock down. */
export function throttleReasons(mask: bigint): string[] {
  return WORDS.filter(([bit]) => (mask & bit) !== 0n).map(([, word]) => word);
}
