/** What the figures were measured on, in words that fit any machine of its kind. */

/** `Some CPU, 2 cores, 47 GiB memory, Debian GNU/Linux 12 (bookworm), Deno 2.9.6`. */
export function describeMachine(): string {
  const cpu = firstMatch("/proc/cpuinfo", /^model name\s*:\s*(.+)$/m) ?? Deno.build.arch;
  const system = firstMatch("/etc/os-release", /^PRETTY_NAME="?([^"\n]+)/m) ?? Deno.build.os;
  const gibibytes = Math.round(Deno.systemMemoryInfo().total / 2 ** 30);
  return [
    cpu,
    `${navigator.hardwareConcurrency} cores`,
    `${gibibytes} GiB memory`,
    system,
    `Deno ${Deno.version.deno}`,
  ].join(", ");
}

/** Programs that wanted a core, mean of the last minute: what else the machine was busy with. */
export function loadNow(): string {
  return Deno.loadavg()[0]?.toFixed(1) ?? "unknown";
}

function firstMatch(path: string, pattern: RegExp): string | null {
  try {
    return Deno.readTextFileSync(path).match(pattern)?.[1] ?? null;
  } catch {
    return null;
  }
}
