import { isLoopback } from "../net/loopback.ts";

/**
 * Reads the address that alerts are sent to.
 * @returns what is wrong with it and what to do, if anything is; without the address
 */
export function webhookUrl(address: string): URL | string {
  const url = URL.parse(address.trim());
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.hostname === "") {
    return "notify.webhook_url is no address. Enter one such as " +
      "https://discord.com/api/webhooks/… or https://ntfy.sh/….";
  }
  if (url.username !== "" || url.password !== "") {
    return "notify.webhook_url holds a user name or password before the host, which cannot be " +
      "sent. Enter it without; for ntfy put the access token behind it as ?auth=….";
  }
  const host = webhookHost(url);
  if (url.protocol === "http:" && !isLoopback(host)) {
    return `Alerts and the address itself would go to ${host} unencrypted. Enter an address ` +
      "with https://, or one of a server on this machine.";
  }
  url.hash = "";
  return url;
}

/** The host name or address that a URL leads to, an IPv6 one without brackets. */
export function webhookHost({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "");
}
