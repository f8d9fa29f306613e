const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const CLOCK = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`;

/** `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`. */
const FORMS = [
  String.raw`[a-z]{3}, (?<day>\d\d) (?<month>[a-z]{3}) (?<year>\d{4}) ${CLOCK} GMT`,
  String.raw`[a-z]{6,9}, (?<day>\d\d)-(?<month>[a-z]{3})-(?<year>\d\d) ${CLOCK} GMT`,
  String.raw`[a-z]{3} (?<month>[a-z]{3}) (?<day>[ \d]\d) ${CLOCK} (?<year>\d{4})`,
].map((form) => new RegExp(`^${form}$`, "i"));

/** A year of two digits is at most so far ahead (RFC 9110, 5.6.7). */
const MOST_YEARS_AHEAD = 50;

/**
 * Reads a date in any of the three forms of HTTP (RFC 9110, 5.6.7).
 * @param now Unix milliseconds; tells the century of a year of two digits
 * @returns Unix milliseconds; null if it is no date
 */
export function parseHttpDate(text: string, now: number): number | null {
  for (const form of FORMS) {
    const parts = form.exec(text)?.groups;
    if (parts === undefined) continue;
    const [day = NaN, hour = NaN, minute = NaN, second = NaN] = [
      parts.day,
      parts.hour,
      parts.minute,
      parts.second,
    ].map(Number);
    const month = MONTHS.indexOf(parts.month?.toLowerCase() ?? "");
    if (month < 0 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return null;
    return Date.UTC(fullYear(parts.year ?? "", now), month, day, hour, minute, second);
  }
  return null;
}

function fullYear(digits: string, now: number): number {
  if (digits.length !== 2) return Number(digits);
  const thisYear = new Date(now).getUTCFullYear();
  const year = Math.floor(thisYear / 100) * 100 + Number(digits);
  return year > thisYear + MOST_YEARS_AHEAD ? year - 100 : year;
}
