/** Most letters that may be wrong in a word for another one to be meant. */
const MOST_WRONG = 3;

/** The choice that a mistyped word most likely means; null if none is near. */
export function nearest(word: string, choices: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.min(MOST_WRONG, Math.ceil(word.length / 2)) + 1;
  for (const choice of choices) {
    const distance = editDistance(word.toLowerCase(), choice);
    if (distance >= bestDistance) continue;
    best = choice;
    bestDistance = distance;
  }
  return best;
}

/** Letters to add, take out or change to make one word of the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const changed = (row[j] ?? 0) + (letter === to[j] ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
