import { bitLength, BitReader, BitWriter } from "./bits.ts";

/** Whole numbers, one for each row; null where it is not known. */
export type Column = readonly (number | null)[];

/** Orders of the codes for figures that are written once for a column. */
const FIRST_ORDER = 8;
const STEP_ORDER = 0;
const RUN_ORDER = 3;

const ORDER_BITS = 5;
/** How a column's numbers stand there. */
const FORM_BITS = 2;
const CONSTANT = 0;
const DISTANCES = 1;
const CHANGES = 2;
const RARE_CHANGES = 3;

/**
 * Packs a column into few bits. Figures are told by what they differ from the one before and the
 * usual pace, or, where they only waver, from the middle; in units of the largest step that all have in common; as
 * exponential Golomb codes of the order that suits the column.
 */
export function encodeColumn(column: Column): Uint8Array<ArrayBuffer> {
  const bits = new BitWriter();
  const known = column.filter((value) => value !== null);
  writePresence(bits, { column, known: known.length });
  const first = known[0];
  if (first === undefined) return bits.finish();
  const step = commonStep(known, first);
  if (step === 0) {
    bits.write(CONSTANT, FORM_BITS);
    writeSigned(bits, first, FIRST_ORDER);
    return bits.finish();
  }
  const { form, base, pace, order, codes } = bestForm(known, { first, step });
  bits.write(form, FORM_BITS);
  writeSigned(bits, base, FIRST_ORDER);
  bits.writeGolomb(step - 1, STEP_ORDER);
  bits.write(order, ORDER_BITS);
  if (form !== DISTANCES) writeSigned(bits, pace, STEP_ORDER);
  if (form === RARE_CHANGES) writeRare(bits, { codes, order });
  else for (const code of codes) bits.writeGolomb(code, order);
  return bits.finish();
}

/** How a column is written. */
interface Form {
  form: typeof DISTANCES | typeof CHANGES | typeof RARE_CHANGES;
  /** The middle, or what the first change begins from. */
  base: number;
  /** Steps that the figure goes on by each time, as a counter does. */
  pace: number;
  order: number;
  codes: readonly number[];
}

function bestForm(
  known: readonly number[],
  { first, step }: { first: number; step: number },
): Form {
  const middle = first + step * Math.round((mean(known) - first) / step);
  const distances = known.map((value) => zigzag((value - middle) / step));
  const last = known.at(-1) ?? first;
  const pace = Math.round((last - first) / step / Math.max(1, known.length - 1));
  const base = first - step * pace;
  let before = base;
  const changes = known.map((value) => {
    const change = (value - before) / step - pace;
    before = value;
    return zigzag(change);
  });
  const byChanges = mean(changes) < mean(distances);
  const plain: Form & { cost: number } = byChanges
    ? { form: CHANGES, base, pace, codes: changes, ...bestOrder(changes) }
    : { form: DISTANCES, base: middle, pace: 0, codes: distances, ...bestOrder(distances) };
  const rare = bestRareOrder(changes);
  return rare.cost < plain.cost
    ? { form: RARE_CHANGES, base, pace, codes: changes, order: rare.order }
    : plain;
}

/**
 * Unpacks a column.
 * @param at its first byte
 * @throws RangeError if that is none
 */
export function decodeColumn(
  bytes: Uint8Array,
  { at = 0, rows }: { at?: number; rows: number },
): (number | null)[] {
  const bits = new BitReader(bytes, at);
  const known = readPresence(bits, rows);
  const count = known === null ? rows : known.reduce((sum, is) => sum + Number(is), 0);
  const numbers = count === 0 ? [] : readNumbers(bits, count);
  if (known === null) return numbers;
  let next = 0;
  return known.map((is) => is ? numbers[next++] ?? null : null);
}

function readNumbers(bits: BitReader, count: number): number[] {
  const form = bits.read(FORM_BITS);
  const base = readSigned(bits, FIRST_ORDER);
  if (form === CONSTANT) return new Array<number>(count).fill(base);
  const step = bits.readGolomb(STEP_ORDER) + 1;
  const order = bits.read(ORDER_BITS);
  const numbers: number[] = new Array(count);
  if (form === DISTANCES) {
    for (let i = 0; i < count; i++) numbers[i] = base + step * unzigzag(bits.readGolomb(order));
    return numbers;
  }
  const pace = readSigned(bits, STEP_ORDER);
  let value = base;
  let still = form === RARE_CHANGES ? bits.readGolomb(RUN_ORDER) : 0;
  for (let i = 0; i < count; i++) {
    value += step * pace;
    if (form === CHANGES) value += step * unzigzag(bits.readGolomb(order));
    else if (still > 0) still--;
    else {
      value += step * unzigzag(bits.readGolomb(order) + 1);
      if (i < count - 1) still = bits.readGolomb(RUN_ORDER);
    }
    numbers[i] = value;
  }
  return numbers;
}

/** Runs of what stays the same, each with the change that ends it. */
function writeRare(
  bits: BitWriter,
  { codes, order }: { codes: readonly number[]; order: number },
): void {
  let still = 0;
  for (const code of codes) {
    if (code === 0) {
      still++;
      continue;
    }
    bits.writeGolomb(still, RUN_ORDER);
    bits.writeGolomb(code - 1, order);
    still = 0;
  }
  if (still > 0) bits.writeGolomb(still, RUN_ORDER);
}

/** All known, or all unknown, or runs of both, the known first. */
function writePresence(
  bits: BitWriter,
  { column, known }: { column: Column; known: number },
): void {
  bits.write(Number(known === column.length), 1);
  if (known === column.length) return;
  bits.write(Number(known === 0), 1);
  if (known === 0) return;
  let [is, run] = [true, 0];
  for (const value of column) {
    if ((value !== null) !== is) {
      bits.writeGolomb(run, RUN_ORDER);
      [is, run] = [!is, 0];
    }
    run++;
  }
  bits.writeGolomb(run, RUN_ORDER);
}

/** @returns null if all are known */
function readPresence(bits: BitReader, rows: number): boolean[] | null {
  if (bits.read(1) === 1) return null;
  if (bits.read(1) === 1) return new Array<boolean>(rows).fill(false);
  const known: boolean[] = [];
  for (let is = true; known.length < rows; is = !is) {
    const run = bits.readGolomb(RUN_ORDER);
    if (run > rows - known.length) throw new RangeError("There are more figures than rows");
    for (let i = 0; i < run; i++) known.push(is);
  }
  return known;
}

function writeSigned(bits: BitWriter, value: number, order: number): void {
  bits.write(Number(value < 0), 1);
  bits.writeGolomb(Math.abs(value), order);
}

function readSigned(bits: BitReader, order: number): number {
  const negative = bits.read(1) === 1;
  const value = bits.readGolomb(order);
  return negative ? -value : value;
}

/** The largest number that divides every difference; 0 if there is none. */
function commonStep(values: readonly number[], first: number): number {
  let step = 0;
  for (const value of values) {
    let rest = Math.abs(value - first);
    while (rest !== 0) [step, rest] = [rest, step % rest];
    if (step === 1) break;
  }
  return step;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value / values.length, 0);
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function unzigzag(code: number): number {
  if (code < 2 ** 30) return (code >>> 1) ^ -(code & 1);
  return code % 2 === 0 ? code / 2 : -(code + 1) / 2;
}

function bestOrder(codes: readonly number[]): { order: number; cost: number } {
  const usual = codes.reduce((sum, code) => sum + code / codes.length, 0);
  const guess = Math.max(0, bitLength(Math.max(1, Math.round(usual))) - 2);
  let best = { order: 0, cost: Infinity };
  for (let order = Math.min(guess, 2 ** ORDER_BITS - 3); order <= guess + 2; order++) {
    if (order >= 2 ** ORDER_BITS) break;
    let cost = 0;
    for (let i = 0; i < codes.length; i++) cost += golombBits(codes[i] ?? 0, order);
    if (cost < best.cost) best = { order, cost };
  }
  return best;
}

function bestRareOrder(codes: readonly number[]): { order: number; cost: number } {
  const changes = codes.filter((code) => code !== 0).map((code) => code - 1);
  if (changes.length * 2 > codes.length) return { order: 0, cost: Infinity };
  const { order, cost } = bestOrder(changes);
  let [runs, still] = [0, 0];
  for (const code of codes) {
    if (code === 0) {
      still++;
      continue;
    }
    runs += golombBits(still, RUN_ORDER);
    still = 0;
  }
  return { order, cost: cost + runs + golombBits(still, RUN_ORDER) };
}

function golombBits(value: number, order: number): number {
  const head = value < 2 ** 30 ? (value >>> order) + 1 : Math.floor(value / 2 ** order) + 1;
  return 2 * bitLength(head) - 1 + order;
}
