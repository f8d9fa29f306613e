/** The dock's URL. It holds the API's token: show it to the user, never log it. */
export function dockUrl(port: number, token: string): string {
  return `http://127.0.0.1:${port}/#token=${token}`;
}

/** How a user gets the dock's URL, where the flags that the sidecar was given are not known. */
export const DOCK_COMMAND_HINT =
  "deno task dock (with the --data-dir and --port that the sidecar was started with, if any)";
