/**
 * Why the vault cannot do what it was asked:
 * - `invalid`: the id, the value or the host is not allowed; nothing was tried
 * - `damaged`: the file is not what was written
 * - `locked`: the file is whole, but what encrypted it does not open it here and now
 * - `busy`: another program holds the vault's lock
 * - `failed`: the file cannot be read or written
 */
export type VaultFault = "invalid" | "damaged" | "locked" | "busy" | "failed";

/** The message is for the user: what is wrong and what to do. It never holds a secret. */
export class VaultError extends Error {
  override name = "VaultError";
  readonly fault: VaultFault;

  constructor(fault: VaultFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}
