/** Whether this machine lets the test mount folders of its own, as few containers do. */
export function mayMount(): boolean {
  try {
    const args = ["--mount", "--pid", "--fork", "/bin/mount", "-t", "tmpfs", "none", "/mnt"];
    return new Deno.Command("/usr/bin/unshare", { args, stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}
