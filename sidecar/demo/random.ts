/** Numbers that look random and come the same for the same seed. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** `value`, more or less by up to `share` of it. */
  around(value: number, share: number): number;
}

/** Makes a generator. Source: G. Marsaglia, "Xorshift RNGs" (2003), 32 bits, shifts 13, 17, 5. */
export function createRandom(seed: number): Random {
  let state = (seed | 0) || 1;
  function next(): number {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  }
  return { next, around: (value, share) => value * (1 + share * (2 * next() - 1)) };
}
