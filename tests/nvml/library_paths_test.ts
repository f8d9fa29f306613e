import assert from "node:assert/strict";
import { nvmlLibraryPaths } from "../../sidecar/nvml/library_paths.ts";

Deno.test("looks in System32 first, then where older Windows drivers put NVML", () => {
  assert.deepEqual(
    nvmlLibraryPaths({ os: "windows", systemRoot: "D:\\Win", programFiles: "D:\\Programs" }),
    ["D:\\Win\\System32\\nvml.dll", "D:\\Programs\\NVIDIA Corporation\\NVSMI\\nvml.dll"],
  );
});

Deno.test("knows Windows's usual folders when the environment does not tell them", () => {
  assert.equal(nvmlLibraryPaths({ os: "windows" })[0], "C:\\Windows\\System32\\nvml.dll");
});

Deno.test("leaves the search to Linux's linker first", () => {
  const [first, ...others] = nvmlLibraryPaths({ os: "linux" });
  assert.equal(first, "libnvidia-ml.so.1");
  assert.ok(others.every((path) => path.startsWith("/")));
});

Deno.test("looks nowhere on macOS", () => {
  assert.deepEqual(nvmlLibraryPaths({ os: "darwin" }), []);
});
