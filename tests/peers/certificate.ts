/** A certificate of a test's own, and its key. Disposing of it deletes both. */
export interface Certificate extends AsyncDisposable {
  readonly certFile: string;
  readonly keyFile: string;
  /** The certificate in PEM: trusting it is trusting this server. */
  readonly pem: string;
}

/** Makes a self-signed certificate for host names or addresses, with openssl. */
export async function makeCertificate(hosts: readonly string[]): Promise<Certificate> {
  const folder = await Deno.makeTempDir({ prefix: "certificate_" });
  const certFile = `${folder}/cert.pem`;
  const keyFile = `${folder}/key.pem`;
  const names = hosts.map((host) => /^[\d.]+$/.test(host) ? `IP:${host}` : `DNS:${host}`);
  const output = await new Deno.Command("openssl", {
    args: [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
      ...["-keyout", keyFile, "-out", certFile, "-days", "2", "-subj", "/CN=ingest of a test"],
      ...["-addext", "basicConstraints=critical,CA:FALSE"],
      ...["-addext", `subjectAltName=${names.join(",")}`],
    ],
    stdin: "null",
  }).output();
  if (!output.success) {
    throw new Error(`openssl makes no certificate: ${new TextDecoder().decode(output.stderr)}`);
  }
  return {
    certFile,
    keyFile,
    pem: await Deno.readTextFile(certFile),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
