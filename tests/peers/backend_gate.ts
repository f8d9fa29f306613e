/** Stands before a metrics backend: lets requests through, or drops their connections. */

/** A gate. Disposing of it closes it. */
export interface BackendGate extends AsyncDisposable {
  /** Where it is reached, as a user enters it. */
  readonly address: string;
  /** Whether requests pass. */
  open: boolean;
  /** Every request that came: its path, headers and body, whether it passed or not. */
  readonly requests: { path: string; headers: Headers; body: Uint8Array; passed: boolean }[];
}

/** @param backend the address that requests are passed on to */
export function startBackendGate(backend: string): BackendGate {
  const requests: BackendGate["requests"] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const path = new URL(request.url).pathname;
    const body = new Uint8Array(await request.arrayBuffer());
    const passed = gate.open;
    requests.push({ path, headers: request.headers, body, passed });
    if (!passed) return new Response(null, { status: 503 });
    const headers = new Headers(request.headers);
    for (const name of ["host", "connection"]) headers.delete(name);
    const answer = await fetch(`${backend}${path}`, { method: request.method, headers, body });
    return new Response(await answer.arrayBuffer(), { status: answer.status });
  });
  const gate: BackendGate = {
    address: `http://127.0.0.1:${server.addr.port}`,
    open: true,
    requests,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  return gate;
}
