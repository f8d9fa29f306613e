/** Figures as a person reads them. */

/** Three significant digits at most, without an exponent: 0.0841, 12.3, 1235. */
export function figure(value: number): string {
  if (value === 0) return "0";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 6));
}

/** `0.084 ms`. */
export function milliseconds(ms: number): string {
  return `${figure(ms)} ms`;
}

/** `p50 0.084 ms, p99 0.63 ms`. */
export function percentiles({ p50, p99 }: { p50: number; p99: number }): string {
  return `p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}`;
}

/** Bytes as `46.2 MB`, a megabyte being a million bytes. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** `12,345`. */
export function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
