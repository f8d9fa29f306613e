import assert from "node:assert/strict";
import type { Bandwidth } from "../../sidecar/rtmp/bandwidth.ts";
import {
  bandwidthReport,
  judgeBandwidth,
} from "../../sidecar/preflight/bandwidth/judge_bandwidth.ts";

function measured(changes: Partial<Bandwidth> = {}): Bandwidth {
  return {
    ...{ sustainedKbps: 7200, limitedBy: "pace", backlogMs: 20, stability: 0.98 },
    ...{ method: "acknowledgements", paceKbps: 7200, handedKbps: 7200, sentBytes: 1 },
    durationMs: 15_000,
    times: {
      ...{ dnsMs: 1, tcpMs: 1, tlsMs: null, handshakeMs: 1, connectMs: 1, startMs: 1 },
    },
    ...changes,
  };
}

function verdict(changes: Partial<Bandwidth>, need = { kbps: 6000 }): string {
  const findings = judgeBandwidth(bandwidthReport("twitch", [measured(changes)]), need);
  for (const { status, remedy } of findings) if (status !== "pass") assert.ok(remedy);
  return findings.map(({ status }) => status).join();
}

Deno.test("what the line took is judged against what is planned", () => {
  assert.equal(verdict({}), "pass");
  assert.equal(verdict({ limitedBy: "link", sustainedKbps: 5900 }), "fail");
  assert.equal(verdict({ limitedBy: "link", sustainedKbps: 6500, backlogMs: 1900 }), "warning");
  assert.equal(verdict({ limitedBy: "link", sustainedKbps: 8100, paceKbps: 9000 }), "pass");
  assert.equal(verdict({ backlogMs: 199 }), "pass");
  assert.equal(verdict({ backlogMs: 200 }), "warning");
  assert.equal(verdict({ limitedBy: "link", backlogMs: 700 }), "fail");
});

Deno.test("a line that took all reads 'at least', and platforms that cannot be tested are told", () => {
  const report = bandwidthReport("all", [measured(), measured({ stability: 0.9 })]);
  assert.deepEqual(
    [report.sustained_kbps, report.pace_kbps, report.stability, report.recommended_kbps],
    [14_400, 14_400, 0.9, null],
  );
  const [first, second] = judgeBandwidth(report, { kbps: 12_000, untestedKbps: 6000 });
  assert.match(first?.seen ?? "", /takes at least 14\.4 Mbit\/s; 18 are planned/);
  assert.equal(second?.status, "warning");
  assert.match(second?.seen ?? "", /^6 Mbit\/s more go to platforms that cannot be tested/);
});

Deno.test("several at once are limited by the link if one of them was", () => {
  const slow = measured({ limitedBy: "link", sustainedKbps: 3000, method: "drain" });
  const report = bandwidthReport("all", [measured(), { ...slow, stability: null }]);
  assert.deepEqual(
    [report.limited_by, report.method, report.stability, report.sustained_kbps],
    ["link", "drain", null, 10_200],
  );
  assert.equal(report.recommended_kbps, 7650);
  const [finding] = judgeBandwidth(report, { kbps: 12_000 });
  assert.equal(finding?.status, "fail");
});
