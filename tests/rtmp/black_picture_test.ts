import assert from "node:assert/strict";
import fc from "fast-check";
import { avcSequenceHeader, BlackPicture } from "../../sidecar/rtmp/black_picture.ts";

/** NAL units of an FLV video tag. */
function nalUnits(tag: Uint8Array): Uint8Array[] {
  const view = new DataView(tag.buffer, tag.byteOffset, tag.byteLength);
  const units: Uint8Array[] = [];
  for (let at = 5; at < tag.length;) {
    const length = view.getUint32(at);
    units.push(tag.slice(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return units;
}

Deno.test("frame 1 is the one that decoders were tried with", () => {
  const picture = new BlackPicture();
  assert.equal(nalUnits(picture.frame(1, { bytes: 0 }))[0]?.toHex(), "419a22801ccc");
});

Deno.test("a keyframe comes every two seconds, and two in a row differ", () => {
  const picture = new BlackPicture();
  const keys: string[] = [];
  for (let index = 0; index <= 240; index++) {
    const tag = picture.frame(index, { bytes: 0 });
    assert.equal(tag[0], index % 60 === 0 ? 0x17 : 0x27);
    if (index % 60 === 0) keys.push(nalUnits(tag)[0]?.toHex() ?? "");
  }
  assert.equal(keys[0], keys[2]);
  assert.notEqual(keys[0], keys[1]);
});

Deno.test("filler brings a frame to the byte it is wanted at, and looks like no start code", () => {
  const picture = new BlackPicture();
  fc.assert(
    fc.property(fc.nat(200), fc.integer({ min: 1500, max: 400_000 }), (index, bytes) => {
      const tag = picture.frame(index, { bytes });
      assert.equal(tag.length, bytes);
      const [slice, filler, ...more] = nalUnits(tag);
      assert.ok(slice !== undefined && filler !== undefined);
      assert.equal(more.length, 0);
      assert.equal(filler[0], 12);
      assert.equal(filler.at(-1), 0x80);
      assert.ok(filler.subarray(1, -1).every((byte) => byte === 0xff));
      assert.doesNotMatch(slice.toHex().match(/../g)?.join(" ") ?? "", /00 00 0[012]/);
    }),
    { numRuns: 50 },
  );
});

Deno.test("a frame is as large as it must be where fewer bytes are wanted", () => {
  const picture = new BlackPicture();
  assert.equal(picture.frame(1, { bytes: 3 }).length, 5 + 4 + 6);
});

Deno.test("the configuration record holds both parameter sets", () => {
  const header = avcSequenceHeader();
  assert.equal(header.subarray(0, 13).toHex(), "17000000000142c01fffe10018");
  assert.equal(header.subarray(-7).toHex(), "01000468ce3c80");
});
