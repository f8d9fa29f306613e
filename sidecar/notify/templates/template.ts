import type { Message } from "../message.ts";

/** What is sent, always by POST. */
export interface WebhookRequest {
  url: URL;
  contentType: string;
  body: string;
}

/**
 * Puts a message into the form that a service takes.
 * @param url the address that the user entered
 * @returns what is wrong with the address for this service and what to do, if anything is
 */
export type Template = (message: Message, url: URL) => WebhookRequest | string;

/** The content type of JSON. */
export const JSON_TYPE = "application/json";
