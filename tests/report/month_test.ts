/** A month of evenings, each with a known cause and noise over everything. */
import assert from "node:assert/strict";
import type { Cause } from "../../shared/report.ts";
import { createRandom, type Random } from "../../sidecar/demo/random.ts";
import { makeReport } from "../../sidecar/report/make_report.ts";
import { overlap } from "../../sidecar/report/spans.ts";
import { evening, type EveningDraft, type PerSecond, START_MS, utc } from "./evening.ts";

const MINUTES = 40;

/** An evening's trouble. */
interface Incident {
  from: number;
  to: number;
  random: Random;
}

type Kind = readonly [
  name: string,
  cause: Cause | null,
  words: RegExp | null,
  (incident: Incident) => EveningDraft,
];

function within({ from, to }: Incident, then: number | PerSecond, otherwise: PerSecond): PerSecond {
  return (ms) => {
    if (ms < from || ms >= to) return otherwise(ms);
    return typeof then === "number" ? then : then(ms);
  };
}

/** A figure that is never quite the same. */
function around(random: Random, value: number, share: number): PerSecond {
  return () => random.around(value, share);
}

/** Frames lost now and then, as everywhere. */
function stray(random: Random): PerSecond {
  return () => random.next() < 0.002 ? 1 / 60 : 0;
}

function noise(random: Random): EveningDraft {
  return {
    minutes: MINUTES,
    lagged: stray(random),
    skipped: stray(random),
    figures: {
      "obs.active_fps": around(random, 60, 0.005),
      "system.cpu_usage_percent": around(random, 40, 0.4),
      "system.gpu.utilization_percent": around(random, 70, 0.2),
      "system.gpu.temperature_celsius": around(random, 68, 0.05),
      "network.latency_ms": around(random, 25, 0.3),
    },
  };
}

function outputs(random: Random, affected: (index: number) => Partial<Incident> | null) {
  return (
    incident: Incident,
    bad: (full: number) => {
      dropped?: number;
      congestion?: number;
      bitrate?: number;
    },
  ) =>
    [6000, 8000].map((full, index) => {
      const calm = {
        bitrateKbps: around(random, full, 0.06),
        congestion: around(random, 0.02, 1),
        dropped: stray(random),
      };
      if (affected(index) === null) return { ...calm, targetKbps: full };
      const { dropped, congestion, bitrate } = bad(full);
      return {
        targetKbps: full,
        dropped: dropped === undefined ? calm.dropped : within(incident, dropped, calm.dropped),
        congestion: congestion === undefined
          ? calm.congestion
          : within(incident, around(random, congestion, 0.1), calm.congestion),
        bitrateKbps: bitrate === undefined
          ? calm.bitrateKbps
          : within(incident, around(random, bitrate, 0.1), calm.bitrateKbps),
      };
    });
}

function withFigures(draft: EveningDraft, incident: Incident, figures: Record<string, number>) {
  const changed = Object.entries(figures).map(([path, value]) => [
    path,
    within(incident, around(incident.random, value, 0.01), draft.figures?.[path] ?? (() => null)),
  ]);
  return { ...draft, figures: { ...draft.figures, ...Object.fromEntries(changed) } };
}

const KINDS: readonly Kind[] = [
  ["nothing at all", null, null, ({ random }) => ({
    ...noise(random),
    outputs: outputs(random, () => null)({ from: 0, to: 0, random }, () => ({})),
  })],
  [
    "the line, all outputs",
    "network",
    /Both outputs had trouble at once: it was your own line/,
    (incident) => ({
      ...noise(incident.random),
      outputs: outputs(incident.random, () => ({}))(
        incident,
        (full) => ({ dropped: 0.12, congestion: 0.9, bitrate: full * 0.6 }),
      ),
    }),
  ],
  [
    "one platform's server",
    "network",
    /Kick's server or the way to it, not your own line/,
    (incident) => ({
      ...noise(incident.random),
      outputs: outputs(incident.random, (index) => index === 1 ? {} : null)(
        incident,
        (full) => ({ dropped: 0.12, congestion: 0.9, bitrate: full * 0.6 }),
      ),
    }),
  ],
  ["congestion under Dynamic Bitrate", "network", /Dynamic Bitrate/, (incident) => ({
    ...noise(incident.random),
    outputs: outputs(incident.random, () => ({}))(
      incident,
      (full) => ({ congestion: 0.3, bitrate: full * 0.5 }),
    ),
  })],
  ["a reconnect", "network", /Twitch lost its connection/, (incident) => ({
    ...noise(incident.random),
    outputs: outputs(incident.random, (index) => index === 0 ? {} : null)(
      incident,
      () => ({ bitrate: 0 }),
    ).map((output, index) => index === 0 ? { ...output, reconnects: 1, downtimeS: 60 } : output),
  })],
  ["render lag", "gpu", /rendered too late.*The GPU was \d+ % busy/, (incident) => {
    const draft = noise(incident.random);
    return withFigures(
      { ...draft, lagged: within(incident, 0.07, stray(incident.random)) },
      incident,
      { "system.gpu.utilization_percent": 98.5, "obs.active_fps": 56 },
    );
  }],
  ["a throttling card", "gpu", /at up to \d+ °C: from there on it slows down/, (incident) => {
    const draft = noise(incident.random);
    return withFigures(
      { ...draft, lagged: within(incident, 0.05, stray(incident.random)) },
      incident,
      { "system.gpu.temperature_celsius": 92, "system.gpu.utilization_percent": 98 },
    );
  }],
  ["encoder overload", "encoder", /The encoder skipped/, (incident) => {
    const draft = noise(incident.random);
    return withFigures(
      { ...draft, skipped: within(incident, 0.06, stray(incident.random)) },
      incident,
      { "system.cpu_usage_percent": 98 },
    );
  }],
  ["a disk that fills", "disk", /GB were left where OBS records/, (incident) => {
    const draft = noise(incident.random);
    return withFigures(draft, { ...incident, to: Infinity }, { "system.disk_free_gb": 3 });
  }],
  ["silence", "audio", /silent/, (incident) => ({
    ...noise(incident.random),
    alerts: [{
      id: "silence:1",
      severity: "error",
      message: "Audio: the stream has been silent for 30 s. Check the microphone.",
      since: incident.from,
      resolved_at: incident.to,
    }],
  })],
  ["OBS crashed", "obs", /OBS went away/, ({ random }) => ({
    ...noise(random),
    session: { ended: "obs_crashed" },
  })],
];

Deno.test("a month of evenings: each report names the one cause, and where it was", () => {
  for (let day = 0; day < 33; day++) {
    const [name, cause, words, draft] = KINDS[day % KINDS.length] ?? assert.fail();
    const random = createRandom(1000 + day);
    const from = START_MS + Math.round(300 + random.next() * 900) * 1000;
    const incident = { from, to: from + Math.round(45 + random.next() * 400) * 1000, random };
    const report = makeReport(evening(draft(incident)), { formatTime: utc });
    const what = `day ${day}, ${name}: ${JSON.stringify(report.findings)}`;
    const causes = [...new Set(report.findings.map((finding) => finding.cause))];
    assert.deepEqual(causes, cause === null ? [] : [cause], what);
    assert.equal(report.verdict === "good", cause === null, what);
    if (words === null) continue;
    assert.ok(report.findings.some(({ text }) => words.test(text)), what);
    if (cause === "obs") continue;
    assert.ok(report.findings.every((finding) => overlap(finding, incident, 15_000)), what);
  }
});
