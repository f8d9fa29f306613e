/** A permission set of deno.json: all, none or a list for each kind. */
export type PermissionSet = Readonly<Record<string, boolean | readonly string[]>>;

/**
 * The arguments before the program's file with which a package runs Deno: the permissions of a set
 * in deno.json as flags, and nothing that Deno might look for or fetch. In a package no deno.json
 * lies beside the program, and none of a folder above must count. The engine is told to spare memory
 * rather than time, and to collect garbage by itself: waking threads for so small a heap takes more
 * than they take off it.
 */
export function denoFlags(permissions: PermissionSet): string[] {
  const granted = Object.entries(permissions).flatMap(([kind, value]) => {
    if (value === true) return [`--allow-${kind}`];
    return value === false ? [] : [`--allow-${kind}=${value.join(",")}`];
  });
  return [
    "run",
    "--no-config",
    "--no-lock",
    "--no-npm",
    "--no-remote",
    "--no-prompt",
    ...granted,
    "--v8-flags=--lite-mode,--single-threaded",
  ];
}
