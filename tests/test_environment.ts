import type { Environment } from "../sidecar/environment.ts";

/** A process and machine of which nothing special is known, and that prints nowhere. */
export function testEnvironment(changes: Partial<Environment> = {}): Environment {
  return {
    os: Deno.build.os,
    pid: Deno.pid,
    env: () => undefined,
    home: null,
    hostName: "test",
    dist: new URL("../sidecar/dist/", import.meta.url),
    inventoryCommand: null,
    print() {},
    printError() {},
    onStop() {},
    ...changes,
  };
}
