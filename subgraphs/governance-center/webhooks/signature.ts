import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Headers of a signed webhook according to https://www.standardwebhooks.com: `webhook-id` is the same for every
 * attempt, `webhook-timestamp` is the attempt's Unix time in seconds, and `webhook-signature` has a `v1,<base64>` for
 * each secret.
 */
export type WebhookHeaders = Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>>;

/** The largest accepted difference between the timestamp and the receiver's clock, in either direction; seconds. */
export const REPLAY_WINDOW_SECONDS = 5 * 60;

/** @param secrets two during a replacement: a receiver needs to know only one of them. */
export function sign(id: string, body: string, secrets: readonly Buffer[], now: Date): WebhookHeaders {
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map((secret) => signature(id, timestamp, body, secret)).join(' '),
  };
}

/** A receiver's check of a webhook. @param body as received, before parsing. */
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
