/** Chooses what the system and network collectors read, by operating system. */
import { openLibSystem } from "../darwin/libsystem.ts";
import { type Libc, openLibc } from "../linux/libc.ts";
import { createObsProcessCheckLinux } from "../obs/obs_process_linux.ts";
import { createObsProcessCheckWindows } from "../obs/obs_process_windows.ts";
import { openIphlpapi } from "../win32/iphlpapi.ts";
import { openKernel32 } from "../win32/kernel32.ts";
import { openProcessNames } from "../win32/process_name.ts";
import type { NetworkSource } from "./network.ts";
import { createDarwinNetworkSource } from "./network_darwin.ts";
import { createLinuxNetworkSource } from "./network_linux.ts";
import { createWindowsNetworkSource } from "./network_windows.ts";
import type { SystemSource } from "./system.ts";
import { createDarwinSystemSource } from "./system_darwin.ts";
import { createLinuxSystemSource } from "./system_linux.ts";
import { createWindowsSystemSource } from "./system_windows.ts";

/** The machine's sources, and the libraries they hold. */
export interface Machine {
  system: SystemSource;
  network: NetworkSource;
  /** Linux's C library, for others who read what the kernel tells; null where there is none. */
  libc: Libc | null;
  /** Whether a process is OBS; false where that cannot be told. */
  isObsProcess(pid: number): boolean;
  close(): void;
}

function openLinux(): Machine {
  const libc = openLibc();
  return {
    system: createLinuxSystemSource({ libc }),
    network: createLinuxNetworkSource({ libc }),
    libc,
    isObsProcess: createObsProcessCheckLinux(libc),
    close: () => libc.close(),
  };
}

function openDarwin(): Machine {
  const libSystem = openLibSystem();
  return {
    system: createDarwinSystemSource({ libSystem }),
    network: createDarwinNetworkSource({ libSystem }),
    libc: null,
    isObsProcess: () => false,
    close: () => libSystem.close(),
  };
}

function openWindows(systemRoot: string | undefined): Machine {
  const options = systemRoot === undefined ? {} : { systemRoot };
  const kernel32 = openKernel32(options);
  const iphlpapi = openIphlpapi({ kernel32, ...options });
  const processNames = openProcessNames(systemRoot);
  return {
    system: createWindowsSystemSource({ kernel32 }),
    network: createWindowsNetworkSource({ iphlpapi }),
    libc: null,
    isObsProcess: createObsProcessCheckWindows(processNames),
    close() {
      processNames.close();
      iphlpapi.close();
      kernel32.close();
    },
  };
}

/** A machine that tells nothing: each question is answered with the reason. */
function unreadable(cause: unknown): Machine {
  const refuse = () => {
    throw cause;
  };
  return {
    system: { cpuTimes: refuse, memory: refuse, diskFreeBytes: () => Promise.reject(cause) },
    network: { counters: refuse },
    libc: null,
    isObsProcess: () => false,
    close() {},
  };
}

/**
 * Opens the sources for an operating system. Never throws: if a library cannot be loaded, each
 * question to the sources throws the reason.
 * @param options.systemRoot Windows's own folder, the environment's `SystemRoot`.
 */
export function openMachine(
  { os = Deno.build.os, systemRoot }: {
    os?: typeof Deno.build.os;
    systemRoot?: string | undefined;
  } = {},
): Machine {
  try {
    if (os === "linux") return openLinux();
    if (os === "darwin") return openDarwin();
    if (os === "windows") return openWindows(systemRoot);
    return unreadable(new Error(`Cannot read this machine's figures: ${os} is not supported`));
  } catch (error) {
    return unreadable(error);
  }
}
