import type { MetricAttributes, MetricReading } from "./otlp_metric.ts";

/** A figure, or null where it is not known. */
export type Known = number | null | undefined;

export const BYTES_PER_MIB = 1024 ** 2;
export const BYTES_PER_GIB = 1024 ** 3;

const NO_ATTRIBUTES: MetricAttributes = {};

/** A flag as a metric's value. */
export function flag(value: boolean | null): Known {
  return value === null ? null : Number(value);
}

/** The one value of a metric, times `factor`; none if it is not known. */
export function one(
  value: Known,
  { factor = 1, attributes = NO_ATTRIBUTES, origin = "" }: {
    factor?: number;
    attributes?: MetricAttributes;
    origin?: string;
  } = {},
): readonly MetricReading[] {
  if (value === null || value === undefined) return [];
  return [{ value: factor === 1 ? value : scaled(value, factor), attributes, origin }];
}

/** Parts of a byte or a bit mean nothing; other decimals that the arithmetic adds are taken off. */
function scaled(value: number, factor: number): number {
  return factor >= 1000 ? Math.round(value * factor) : Number((value * factor).toPrecision(12));
}
