/** A version: three numbers, and what comes before the release. Source: semver.org 2.0.0. */
const VERSION =
  /^(0|[1-9]\d{0,9})\.(0|[1-9]\d{0,9})\.(0|[1-9]\d{0,9})(?:-([0-9a-z.-]+))?(?:\+[0-9a-z.-]+)?$/i;

/** Whether a text is a version by semver.org. */
export function isVersion(text: string): boolean {
  return VERSION.test(text);
}

/** Whether a version comes after another one, by semver.org; false where either is none. */
export function isNewer(version: string, than: string): boolean {
  const [a, b] = [VERSION.exec(version), VERSION.exec(than)];
  if (a === null || b === null) return false;
  for (const part of [1, 2, 3]) {
    const difference = Number(a[part]) - Number(b[part]);
    if (difference !== 0) return difference > 0;
  }
  return comesAfter(a[4] ?? null, b[4] ?? null);
}

/** Compares what stands behind the hyphen; without it is the release itself, after all of them. */
function comesAfter(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return a === null && b !== null;
  const [left, right] = [a.split("."), b.split(".")];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [x, y] = [left[i], right[i]];
    if (x === undefined || y === undefined) return y === undefined;
    if (x === y) continue;
    const [isNumberX, isNumberY] = [/^\d+$/.test(x), /^\d+$/.test(y)];
    if (isNumberX && isNumberY) return Number(x) > Number(y);
    return isNumberX === isNumberY ? x > y : isNumberY;
  }
  return false;
}
