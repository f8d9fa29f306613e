/**
 * Looks up a card in libdrm's `amdgpu.ids`: lines of `device id, revision, name` with both
 * numbers in hexadecimal without a prefix, comments after `#`. Null if it is not in there.
 * @param card numbers as the kernel writes them: `0x73bf`, `0xc1`
 */
export function findAmdName(list: string, card: { id: string; revision: string }): string | null {
  const [id, revision] = [hex(card.id), hex(card.revision)];
  if (id === null || revision === null) return null;
  for (const line of list.split("\n")) {
    const [lineId, lineRevision, ...name] = line.split(",");
    if (hex(lineId) === id && hex(lineRevision) === revision) {
      return name.join(",").trim() || null;
    }
  }
  return null;
}

function hex(text: string | undefined): number | null {
  const digits = text?.trim().replace(/^0x/i, "") ?? "";
  return /^[0-9a-f]{1,8}$/i.test(digits) ? parseInt(digits, 16) : null;
}
