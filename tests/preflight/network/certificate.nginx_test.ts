/** nginx with RTMP and TLS: what the checks make of its certificate. */
import assert from "node:assert/strict";
import { platformCheck } from "../../../sidecar/preflight/network/platform_check.ts";
import { readCertificate } from "../../../sidecar/preflight/network/read_certificate.ts";
import { certificateExpiry } from "../../../sidecar/preflight/network/certificate_expiry.ts";
import { systemNetwork } from "../../../sidecar/rtmp/network.ts";
import { counterpartTest, NGINX_RTMP, OPENSSL } from "../../counterparts.ts";
import { makeCertificate } from "../../peers/certificate.ts";
import { startNginxRtmp } from "../../peers/nginx_rtmp.ts";
import { access, context, idle, target } from "./network_fixture.ts";

counterpartTest("over TLS, the certificate is another's, is trusted, or is about to end", [
  NGINX_RTMP,
  OPENSSL,
], async () => {
  await using certificate = await makeCertificate(["localhost"]);
  await using nginx = await startNginxRtmp({ certificate });
  const caCerts = [certificate.pem];
  const options = { access: access({ caCerts, stepMs: 5000 }), guard: idle };
  const trusted = await platformCheck(target({ url: nginx.secureUrl }), options).run(context());
  assert.deepEqual(trusted.map(({ status }) => status), ["pass", "warning", "pass"]);
  assert.match(trusted[0]?.seen ?? "", /^localhost answers: .* TLS /);
  assert.match(trusted[1]?.seen ?? "", /certificate is valid for 1 more days\./);
  assert.ok(trusted[1]?.remedy);
  assert.equal(await nginx.publishing(), 0);

  const url = nginx.secureUrl.replace("localhost", "127.0.0.1");
  const [other] = await platformCheck(target({ url }), options).run(context());
  assert.match(other?.seen ?? "", /No encrypted connection to 127\.0\.0\.1: .*another host's/);
  const untrusted = { access: access({ stepMs: 5000 }), guard: idle };
  const [unknown] = await platformCheck(target({ url: nginx.secureUrl }), untrusted).run(context());
  assert.match(unknown?.seen ?? "", /signed by nobody this machine trusts/);
});

counterpartTest(
  "the certificate that is read is the one that openssl made",
  [NGINX_RTMP, OPENSSL],
  async () => {
    await using certificate = await makeCertificate(["localhost"]);
    await using nginx = await startNginxRtmp({ certificate });
    const port = Number(new URL(nginx.secureUrl.replace("rtmps", "https")).port);
    const signal = AbortSignal.timeout(5000);
    const transport = await systemNetwork.connect({ hostname: "127.0.0.1", port, signal });
    try {
      const der = await readCertificate(transport, { host: "localhost" });
      const base64 = certificate.pem.replace(/-----[A-Z ]+-----|\s/g, "");
      assert.equal(der?.toBase64(), base64);
      const { stdout } = await new Deno.Command("openssl", {
        args: ["x509", "-in", certificate.certFile, "-noout", "-enddate"],
      }).output();
      const text = new TextDecoder().decode(stdout).trim().replace("notAfter=", "");
      assert.equal(certificateExpiry(der ?? new Uint8Array()), Date.parse(text));
    } finally {
      transport.close();
    }
  },
);

Deno.test("what is no certificate has no end", () => {
  for (const bytes of [[], [0x30], [0x30, 0x84, 1, 1, 1, 1], [0x30, 2, 5, 0], [0x30, 0x80]]) {
    assert.equal(certificateExpiry(new Uint8Array(bytes)), null);
  }
});
