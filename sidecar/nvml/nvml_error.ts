/** Return codes that are treated by name. Source: `nvmlReturn_t` in NVIDIA's `nvml.h`. */
export const NVML_CODE = {
  SUCCESS: 0,
  UNINITIALIZED: 1,
  NOT_SUPPORTED: 3,
  NO_PERMISSION: 4,
  INSUFFICIENT_SIZE: 7,
  DRIVER_NOT_LOADED: 9,
  LIBRARY_NOT_FOUND: 12,
  FUNCTION_NOT_FOUND: 13,
  GPU_IS_LOST: 15,
  RESET_REQUIRED: 16,
  LIB_RM_VERSION_MISMATCH: 18,
} as const;

/** What each code means to a person, and what to do. */
const ADVICE: ReadonlyMap<number, string> = new Map([
  [
    NVML_CODE.NO_PERMISSION,
    "The NVIDIA driver refuses to give its figures: allow this user to use the GPU",
  ],
  [
    NVML_CODE.DRIVER_NOT_LOADED,
    "The NVIDIA driver is not running: restart the PC, or install the driver again",
  ],
  [
    NVML_CODE.LIBRARY_NOT_FOUND,
    "A part of the NVIDIA driver is missing: install the driver again",
  ],
  [
    NVML_CODE.FUNCTION_NOT_FOUND,
    "The NVIDIA driver is too old to give its figures: update it",
  ],
  [
    NVML_CODE.GPU_IS_LOST,
    "The NVIDIA GPU no longer answers its driver: restart the PC; if it happens again, check " +
    "its power cables and its cooling",
  ],
  [NVML_CODE.RESET_REQUIRED, "The NVIDIA GPU needs a reset: restart the PC"],
  [
    NVML_CODE.LIB_RM_VERSION_MISMATCH,
    "The NVIDIA driver was updated while it was running: restart the PC",
  ],
]);

/** Codes after which no other call can succeed until NVML is opened again. */
const FATAL: ReadonlySet<number> = new Set([
  NVML_CODE.UNINITIALIZED,
  NVML_CODE.DRIVER_NOT_LOADED,
  NVML_CODE.GPU_IS_LOST,
  NVML_CODE.RESET_REQUIRED,
  NVML_CODE.LIB_RM_VERSION_MISMATCH,
]);

/** A call into NVML failed; the message says what the user can do. */
export class NvmlError extends Error {
  override name = "NvmlError";
  /** NVML's return code. */
  readonly code: number;

  constructor(functionName: string, code: number) {
    const advice = ADVICE.get(code) ??
      "The NVIDIA driver cannot give its figures: restart the PC, or update the driver";
    super(`${advice} (${functionName} returned ${code})`);
    this.code = code;
  }
}

/**
 * The one check of return codes. Gives the code back where it says at most that one figure is not
 * to be had.
 * @throws NvmlError if the driver or the card itself is gone
 */
export function checkCode(functionName: string, code: number): number {
  if (FATAL.has(code)) throw new NvmlError(functionName, code);
  return code;
}
