/**
 * What is used of libsecret and of the libraries that it brings along. Pointers are passed as
 * `usize`, since pointers cannot be made under scoped FFI grants. Source of the declarations:
 * libsecret 0.20's secret-password.h, secret-service.h, secret-schema.h, secret-item.h and
 * secret-value.h; GLib's ghash.h, glist.h, gmem.h, gstrfuncs.h, gobject.h and gcancellable.h.
 */
export const SYMBOLS = {
  secret_service_get_sync: {
    parameters: ["i32", "usize", "buffer"], // flags, GCancellable *, GError **
    result: "usize", // SecretService *
    nonblocking: true,
  },
  secret_service_search_sync: {
    // SecretService *, schema, attributes, flags, GCancellable *, GError **
    parameters: ["usize", "usize", "usize", "i32", "usize", "buffer"],
    result: "usize", // GList * of SecretItem *
    nonblocking: true,
  },
  secret_password_storev_sync: {
    // schema, attributes, collection, label, password, GCancellable *, GError **
    parameters: ["usize", "usize", "buffer", "buffer", "usize", "usize", "buffer"],
    result: "i32",
    nonblocking: true,
  },
  secret_password_free: { parameters: ["usize"], result: "void" }, // overwrites, then frees
  secret_schema_newv: {
    parameters: ["buffer", "i32", "usize"], // name, flags, GHashTable * of name -> type
    result: "usize", // SecretSchema *
  },
  secret_schema_unref: { parameters: ["usize"], result: "void" },
  secret_item_get_secret: { parameters: ["usize"], result: "usize" }, // SecretValue *, may be null
  secret_value_get: {
    parameters: ["usize", "buffer"], // SecretValue *, gsize *length
    result: "usize", // const char *
  },
  secret_value_unref: { parameters: ["usize"], result: "void" },
  g_cancellable_new: { parameters: [], result: "usize" },
  g_cancellable_cancel: { parameters: ["usize"], result: "void" },
  g_object_unref: { parameters: ["usize"], result: "void" },
  g_error_free: { parameters: ["usize"], result: "void" },
  g_list_free_full: { parameters: ["usize", "pointer"], result: "void" },
  g_hash_table_new_full: {
    parameters: ["pointer", "pointer", "pointer", "pointer"], // hash, equal, free key, free value
    result: "usize",
  },
  g_hash_table_insert: { parameters: ["usize", "usize", "usize"], result: "i32" },
  g_hash_table_unref: { parameters: ["usize"], result: "void" },
  g_strdup: { parameters: ["buffer"], result: "usize" },
  g_strlcpy: { parameters: ["buffer", "usize", "usize"], result: "usize" }, // to, from, size
  memcpy: { parameters: ["buffer", "usize", "usize"], result: "usize" }, // to, from, length
  // Functions that are handed to others, by their address.
  g_str_hash: { type: "pointer" },
  g_str_equal: { type: "pointer" },
  gFree: { name: "g_free", type: "pointer" },
  gObjectUnref: { name: "g_object_unref", type: "pointer" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The opened functions. */
export type LibsecretSymbols = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];
