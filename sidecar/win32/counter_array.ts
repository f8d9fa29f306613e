/** What PDH gives for a counter of many instances. */

/**
 * PDH_FMT_COUNTERVALUE_ITEM_W on 64-bit Windows (Microsoft, pdh.h): the name's address 0, u32
 * CStatus 8, the value 16, 24 bytes in all. The names lie behind the items, each with a closing
 * zero, in UTF-16.
 */
const ITEM = { size: 24, name: 0, status: 8, value: 16 } as const;

/** PDH_CSTATUS_VALID_DATA and PDH_CSTATUS_NEW_DATA (pdhmsg.h). */
const VALID: ReadonlySet<number> = new Set([0, 1]);

/** One instance's value. */
export interface CounterValue {
  /** Such as `luid_0x00000000_0x0000d1b4_phys_0`. */
  instance: string;
  value: number;
}

/** Where an array is, and which of its values are wanted. */
export interface CounterArrayOptions {
  /** Address of the array's first byte. */
  address: bigint;
  /** How many items it has. */
  count: number;
  /** Whether instances at 0 are left out: most of them are, and their names cost time. */
  withoutZeros?: boolean;
}

/** Items that hold no valid value, or that lie outside of the bytes, are passed over. */
export function parseCounterArray(
  bytes: Uint8Array<ArrayBuffer>,
  { address, count, withoutZeros = false }: CounterArrayOptions,
): CounterValue[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const values: CounterValue[] = [];
  const items = Math.min(count, Math.floor(bytes.length / ITEM.size));
  for (let at = 0; at < items * ITEM.size; at += ITEM.size) {
    if (!VALID.has(view.getUint32(at + ITEM.status, true))) continue;
    const value = view.getFloat64(at + ITEM.value, true);
    if (!Number.isFinite(value) || (withoutZeros && value === 0)) continue;
    const instance = textAt(view, Number(view.getBigUint64(at + ITEM.name, true) - address));
    if (instance !== null) values.push({ instance, value });
  }
  return values;
}

function textAt(view: DataView, start: number): string | null {
  if (!(start >= 0 && start < view.byteLength)) return null;
  let text = "";
  for (let at = start; at + 1 < view.byteLength; at += 2) {
    const unit = view.getUint16(at, true);
    if (unit === 0) return text;
    text += String.fromCharCode(unit);
  }
  return null;
}
