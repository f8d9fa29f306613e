import { withDeadline } from "../time/deadline.ts";
import type { Crypt32 } from "../win32/crypt32.ts";
import { KEY_ID_BYTES, type VaultBackend } from "./backend.ts";
import { VaultError } from "./vault_error.ts";

/** A domain controller that is away may be asked first. */
const DEADLINE_MS = 5000;

/**
 * Encrypts vaults with Windows's own key for this user. The header goes in as entropy: a payload
 * opens with its own header only.
 */
export function createDpapiBackend({ crypt32 }: { crypt32: Crypt32 }): VaultBackend {
  return {
    id: "dpapi",
    caution: null,
    begin: () => Promise.resolve(new Uint8Array(KEY_ID_BYTES)),
    async protect(plain, { header }) {
      try {
        return await withDeadline(crypt32.protect(plain, header), {
          ms: DEADLINE_MS,
          what: "Windows's data protection",
        });
      } catch (cause) {
        throw new VaultError("locked", `Windows cannot encrypt now: ${messageOf(cause)}`, {
          cause,
        });
      }
    },
    async unprotect(payload, { header }) {
      try {
        return await withDeadline(crypt32.unprotect(payload, header), {
          ms: DEADLINE_MS,
          what: "Windows's data protection",
        });
      } catch (cause) {
        throw new VaultError(
          "locked",
          "Windows cannot decrypt it, because another user or another PC wrote it, or because " +
            "an administrator reset this user's password",
          { cause },
        );
      }
    },
  };
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
