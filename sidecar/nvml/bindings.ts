/**
 * The part of NVML's C interface that is used. Source of every declaration: NVIDIA's `nvml.h`,
 * as published in NVIDIA/go-nvml, `gen/nvml/nvml.h`.
 *
 * All functions return `nvmlReturn_t`, an int. A device handle is an opaque pointer: it is passed
 * as `usize`, since pointers cannot be made under scoped FFI grants, and every out parameter is a
 * `buffer` for the same reason. Everything is `nonblocking`, because a driver in trouble can keep
 * a call for seconds, and `optional`, because drivers of different age offer different functions.
 */
export const NVML_SYMBOLS = {
  nvmlInit_v2: { parameters: [], result: "i32", nonblocking: true, optional: true },
  nvmlShutdown: { parameters: [], result: "i32", nonblocking: true, optional: true },
  nvmlSystemGetDriverVersion: {
    parameters: [
      "buffer", // char *version, NVML_SYSTEM_DRIVER_VERSION_BUFFER_SIZE = 80 bytes
      "u32", // unsigned int length
    ],
    result: "i32",
    nonblocking: true,
    optional: true,
  },
  nvmlDeviceGetCount_v2: {
    parameters: [
      "buffer", // unsigned int *deviceCount
    ],
    result: "i32",
    nonblocking: true,
    optional: true,
  },
  nvmlDeviceGetHandleByIndex_v2: {
    parameters: [
      "u32", // unsigned int index
      "buffer", // nvmlDevice_t *device
    ],
    result: "i32",
    nonblocking: true,
    optional: true,
  },
  nvmlDeviceGetName: {
    parameters: [
      "usize", // nvmlDevice_t device
      "buffer", // char *name, NVML_DEVICE_NAME_V2_BUFFER_SIZE = 96 bytes
      "u32", // unsigned int length
    ],
    result: "i32",
    nonblocking: true,
    optional: true,
  },
  nvmlDeviceGetUtilizationRates: {
    parameters: [
      "usize", // nvmlDevice_t device
      "buffer", // nvmlUtilization_t *utilization: { unsigned int gpu, memory; }
    ],
    result: "i32",
    nonblocking: true,
    optional: true,
  },
  nvmlDeviceGetEncoderUtilization: {
    parameters: [
      "usize", // nvmlDevice_t device
      "buffer", // unsigned int *utilization
      "buffer", // unsigned int *samplingPeriodUs
    ],
    result: "i32",
    nonblocking: true,
    optional: true,
  },
  nvmlDeviceGetDecoderUtilization: {
    parameters: [
      "usize", // nvmlDevice_t device
      "buffer", // unsigned int *utilization
      "buffer", // unsigned int *samplingPeriodUs
    ],
    result: "i32",
    nonblocking: true,
    optional: true,
  },
  nvmlDeviceGetMemoryInfo: {
    parameters: [
      "usize", // nvmlDevice_t device
      "buffer", // nvmlMemory_t *memory: { unsigned long long total, free, used; }
    ],
    result: "i32",
    nonblocking: true,
    optional: true,
  },
  nvmlDeviceGetTemperatureV: {
    parameters: [
      "usize", // nvmlDevice_t device
      "buffer", // nvmlTemperature_t *temperature: { unsigned int version, sensorType; int temperature; }
    ],
    result: "i32",
    nonblocking: true,
    optional: true,
  },
  nvmlDeviceGetTemperature: {
    parameters: [
      "usize", // nvmlDevice_t device
      "i32", // nvmlTemperatureSensors_t sensorType
      "buffer", // unsigned int *temp
    ],
    result: "i32",
    nonblocking: true,
    optional: true,
  },
  nvmlDeviceGetPowerUsage: {
    parameters: [
      "usize", // nvmlDevice_t device
      "buffer", // unsigned int *power, in milliwatts
    ],
    result: "i32",
    nonblocking: true,
    optional: true,
  },
  nvmlDeviceGetFanSpeed: {
    parameters: [
      "usize", // nvmlDevice_t device
      "buffer", // unsigned int *speed, percent of the intended top speed
    ],
    result: "i32",
    nonblocking: true,
    optional: true,
  },
  nvmlDeviceGetClockInfo: {
    parameters: [
      "usize", // nvmlDevice_t device
      "i32", // nvmlClockType_t type
      "buffer", // unsigned int *clock, in MHz
    ],
    result: "i32",
    nonblocking: true,
    optional: true,
  },
  nvmlDeviceGetCurrentClocksEventReasons: {
    parameters: [
      "usize", // nvmlDevice_t device
      "buffer", // unsigned long long *clocksEventReasons
    ],
    result: "i32",
    nonblocking: true,
    optional: true,
  },
  nvmlDeviceGetCurrentClocksThrottleReasons: {
    parameters: [
      "usize", // nvmlDevice_t device
      "buffer", // unsigned long long *clocksThrottleReasons
    ],
    result: "i32",
    nonblocking: true,
    optional: true,
  },
  nvmlDeviceGetEncoderStats: {
    parameters: [
      "usize", // nvmlDevice_t device
      "buffer", // unsigned int *sessionCount
      "buffer", // unsigned int *averageFps
      "buffer", // unsigned int *averageLatency, in microseconds
    ],
    result: "i32",
    nonblocking: true,
    optional: true,
  },
  nvmlDeviceGetEncoderSessions: {
    parameters: [
      "usize", // nvmlDevice_t device
      "buffer", // unsigned int *sessionCount: room in, sessions out
      "buffer", // nvmlEncoderSessionInfo_t *sessionInfos, 32 bytes an item
    ],
    result: "i32",
    nonblocking: true,
    optional: true,
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** The functions of an opened library; those it does not have are null. */
export type NvmlSymbols = Deno.DynamicLibrary<typeof NVML_SYMBOLS>["symbols"];
