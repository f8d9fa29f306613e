/** What decides where NVML lies. */
export interface NvmlPathOptions {
  os: typeof Deno.build.os;
  /** Windows: `%SystemRoot%`. */
  systemRoot?: string | undefined;
  /** Windows: `%ProgramW6432%`. */
  programFiles?: string | undefined;
}

/**
 * Where NVML's library may lie, in the order to try; empty where NVIDIA has no driver (macOS).
 * Linux: the linker's own search first; the folders after it serve FFI grants, which take absolute
 * paths only (Debian and its kin, Fedora and its kin, Arch), and NixOS, whose linker does not
 * search. Windows: the driver's place since 2018, then the one before (comment at the head of
 * NVIDIA's `nvml.h`).
 */
export function nvmlLibraryPaths(options: NvmlPathOptions): string[] {
  if (options.os === "windows") {
    const systemRoot = options.systemRoot ?? "C:\\Windows";
    const programFiles = options.programFiles ?? "C:\\Program Files";
    return [
      `${systemRoot}\\System32\\nvml.dll`,
      `${programFiles}\\NVIDIA Corporation\\NVSMI\\nvml.dll`,
    ];
  }
  if (options.os === "linux") {
    return [
      "libnvidia-ml.so.1",
      "/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1",
      "/usr/lib64/libnvidia-ml.so.1",
      "/usr/lib/libnvidia-ml.so.1",
      "/run/opengl-driver/lib/libnvidia-ml.so.1",
    ];
  }
  return [];
}
