/** UCUM's units that people write another way. */
const UNITS: Readonly<Record<string, string>> = {
  Cel: "°C",
  "kbit/s": "kb/s",
  "Mbit/s": "Mb/s",
  GiBy: "GB",
  MiBy: "MB",
  "1": "",
};

/** A unit in UCUM as a person reads it. */
export function unitText(unit: string): string {
  return UNITS[unit] ?? unit;
}
