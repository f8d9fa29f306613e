import assert from "node:assert/strict";
import { NO_FACTS, type ObsFacts } from "../../sidecar/obs/facts.ts";
import { identifyService } from "../../sidecar/obs/output_identity.ts";
import { targetBitrateKbps } from "../../sidecar/obs/target_bitrate.ts";

const CUSTOM = identifyService(null, "rtmp://127.0.0.1/live");
const TWITCH = identifyService("Twitch", "auto");

function facts(parameters: Record<string, string>, changes: Partial<ObsFacts> = {}): ObsFacts {
  return {
    ...NO_FACTS,
    service: CUSTOM,
    profile: "Gaming: 1080p",
    profileParameters: new Map(Object.entries(parameters)),
    ...changes,
  };
}

const ADVANCED = facts({ "Output/Mode": "Advanced", "SimpleOutput/VBitrate": "2500" });

/** The target bitrate with these files in OBS's folder. */
function target(from: ObsFacts, files: Record<string, string> = {}, root: string | null = "/cfg") {
  return targetBitrateKbps(from, {
    root,
    files: {
      readText: (path) => {
        const text = files[path];
        return text === undefined
          ? Promise.reject(new Deno.errors.NotFound(path))
          : Promise.resolve(text);
      },
      listFolders: (path) => {
        const inside = Object.keys(files).filter((file) => file.startsWith(`${path}/`));
        if (inside.length === 0) return Promise.reject(new Deno.errors.NotFound(path));
        const names = inside.map((file) => file.slice(path.length + 1).split("/")[0] ?? "");
        return Promise.resolve([...new Set(names)]);
      },
    },
  });
}

/** Two profiles; the folder of the current one is not named as it is. */
function profiles(streamEncoder: string, base = "/cfg"): Record<string, string> {
  return {
    [`${base}/basic/profiles/Untitled/basic.ini`]: "[General]\nName=Untitled\n",
    [`${base}/basic/profiles/Untitled/streamEncoder.json`]: '{"bitrate":1111}',
    [`${base}/basic/profiles/Gaming_1080p/basic.ini`]: "\uFEFF[General]\r\nName=Gaming: 1080p\r\n",
    [`${base}/basic/profiles/Gaming_1080p/streamEncoder.json`]: streamEncoder,
  };
}

Deno.test("takes Simple mode's bitrate from the profile", async () => {
  assert.equal(
    await target(facts({ "Output/Mode": "Simple", "SimpleOutput/VBitrate": "6000" })),
    6000,
  );
});

Deno.test("takes the mode for Simple where OBS tells none", async () => {
  assert.equal(await target(facts({ "SimpleOutput/VBitrate": "4500" })), 4500);
});

Deno.test("knows no bitrate from a value that is none", async () => {
  for (const value of ["", "abc", "-5", "0", "NaN", "Infinity"]) {
    assert.equal(await target(facts({ "SimpleOutput/VBitrate": value })), null);
  }
  assert.equal(await target(facts({})), null);
});

Deno.test("takes Advanced mode's bitrate from the folder whose profile has that name", async () => {
  const files = profiles('{"bitrate":8000,"rate_control":"CBR"}');
  assert.equal(await target(ADVANCED, files), 8000);
});

Deno.test("takes the folder's name for the profile's where basic.ini names none", async () => {
  const files = {
    "/cfg/basic/profiles/Plain/basic.ini": "[Video]\nBaseCX=1920\n",
    "/cfg/basic/profiles/Plain/streamEncoder.json": '{"bitrate":7000}',
  };
  assert.equal(await target({ ...ADVANCED, profile: "Plain" }, files), 7000);
});

Deno.test("looks where OBS 31 was told to keep its profiles", async () => {
  const files = {
    "/cfg/global.ini": "[Locations]\nProfiles=/moved\n",
    ...profiles('{"bitrate":9000}', "/moved/obs-studio"),
  };
  assert.equal(await target(ADVANCED, files), 9000);
});

Deno.test("has a target for every rate control with a bitrate, and none for the others", async () => {
  for (const control of ["CBR", "cbr", "VBR", "ABR", "VBR_LAT", "HQCBR", "HQVBR"]) {
    const files = profiles(JSON.stringify({ bitrate: 8000, rate_control: control }));
    assert.equal(await target(ADVANCED, files), 8000, control);
  }
  for (const control of ["CQP", "CRF", "ICQ", "CQVBR", "QVBR", "Lossless"]) {
    const files = profiles(JSON.stringify({ bitrate: 8000, rate_control: control }));
    assert.equal(await target(ADVANCED, files), null, control);
  }
});

Deno.test("is unknown where the encoder's file says nothing usable", async () => {
  for (const text of ["", "{", "null", "[]", "{}", '{"bitrate":"8000"}', '{"bitrate":-1}']) {
    assert.equal(await target(ADVANCED, profiles(text)), null, text);
  }
});

Deno.test("is unknown where OBS's folder, the profile or the file is missing", async () => {
  assert.equal(await target(ADVANCED, {}), null);
  assert.equal(await target(ADVANCED, profiles('{"bitrate":8000}'), null), null);
  assert.equal(await target({ ...ADVANCED, profile: null }, profiles('{"bitrate":8000}')), null);
  assert.equal(await target({ ...ADVANCED, profile: "Gone" }, profiles('{"bitrate":8000}')), null);
});

Deno.test("is no more than the service lets through, unless the user ignores that", async () => {
  const simple = { "Output/Mode": "Simple", "SimpleOutput/VBitrate": "9000" };
  assert.equal(await target(facts(simple, { service: TWITCH })), 6000);
  assert.equal(
    await target(facts({ ...simple, "Stream1/IgnoreRecommended": "true" }, { service: TWITCH })),
    9000,
  );
  assert.equal(
    await target({ ...ADVANCED, service: TWITCH }, profiles('{"bitrate":8000}')),
    6000,
  );
});

Deno.test("knows no limit of a server that the user typed in, whoever it belongs to", async () => {
  const service = identifyService(null, "rtmp://live.twitch.tv/app");
  assert.equal(await target(facts({ "SimpleOutput/VBitrate": "9000" }, { service })), 9000);
});
