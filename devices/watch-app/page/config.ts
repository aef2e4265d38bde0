/** What the city fills in: config.json beside the page. */
import * as v from 'valibot';
import { fromBase64url } from '../../../shared/enrolment/base64url.ts';

const text = v.pipe(v.string(), v.maxLength(200));
const schema = v.object({
  /** The hub's address; "" for the page's own server. */
  hub: v.union([v.literal(''), v.pipe(text, v.regex(/^https:\/\//))]),
  /** The hub's Ed25519 key, base64url: the only one whose operators' list is believed. */
  listKey: v.pipe(
    text,
    v.check((key) => fromBase64url(key)?.length === 32),
  ),
  city: v.object(v.entriesFromList(['en', 'ja'], text)),
  /** A page or an address for mail. */
  contact: v.pipe(text, v.regex(/^(https:\/\/|mailto:)/)),
});

export type Config = v.InferOutput<typeof schema>;

/** Undefined if it is not filled in. */
export async function readConfig(): Promise<Config | undefined> {
  const response = await fetch('./config.json', { cache: 'no-cache' });
  const parsed = v.safeParse(schema, await response.json());
  return parsed.success ? parsed.output : undefined;
}
