import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Headers of a signed webhook, as https://www.standardwebhooks.com has them: `webhook-id` is the same at every attempt,
 * `webhook-timestamp` is that attempt's Unix time in seconds, `webhook-signature` holds a `v1,<base64>` for each secret.
 */
export type WebhookHeaders = Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>>;

/** How far a receiver lets the timestamp be from its own clock, in either direction; seconds. */
export const REPLAY_WINDOW_SECONDS = 5 * 60;

/** @param secrets two while one replaces the other: a receiver needs to know only one of them. */
export function sign(id: string, body: string, secrets: readonly Buffer[], now: Date): WebhookHeaders {
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map((secret) => signature(id, timestamp, body, secret)).join(' '),
  };
}

/** What a receiver does before it believes a webhook. @param body as it came, before it is parsed. */
export function verify(headers: WebhookHeaders, body: string, secret: Buffer, now: Date): boolean {
  const timestamp = headers['webhook-timestamp'];
  const age = now.getTime() / 1_000 - Number(timestamp);
  if (!/^\d+$/.test(timestamp) || Math.abs(age) > REPLAY_WINDOW_SECONDS) return false;
  const expected = Buffer.from(signature(headers['webhook-id'], timestamp, body, secret));
  return headers['webhook-signature'].split(' ').some((text) => {
    const given = Buffer.from(text);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

function signature(id: string, timestamp: string, body: string, secret: Buffer): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
