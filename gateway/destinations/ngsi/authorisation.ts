/**
 * What a request to the broker carries to be let in: an API key, an OAuth 2.0 bearer token (RFC 6749 §4.3, §4.4; RFC 6750), or both.
 *
 * Promise: the token is fetched once for all that ask, and renewed before it ends: from `renewAt` of its life on, while the old one still
 * serves if the token server is away. That server's outage is an error of the request, which is tried again. Secrets are read from their
 * files for each token, so that they can be changed, and are never logged. Bounds: `maxTokenBytes`.
 */
import * as v from 'valibot';
import type { Clock } from '../../../shared/clock.ts';
import { MachimoriError, TextError } from '../../../shared/errors.ts';
import { readSecret } from '../../net/credentials.ts';
import type { Http } from '../../net/http.ts';
import { isGood, wordsOf } from './answers.ts';
import { jsonOf } from './format.ts';
import { say } from './words.ts';

export interface Secrets {
  readonly apiKeyHeader: string;
  readonly apiKeyFile?: string | undefined;
  readonly tokenUrl?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecretFile?: string | undefined;
  readonly scope?: string | undefined;
  readonly username?: string | undefined;
  readonly passwordFile?: string | undefined;
}

interface AuthorisationOptions {
  readonly secrets: Secrets;
  readonly http: Http;
  readonly clock: Clock;
  readonly withinMs: number;
}

/** Of its life, how much of a token is used. */
const renewAt = 0.8;
/** Life of a token whose server does not say (RFC 6749 §5.1 lets it). */
const unsaidLifeMs = 300_000;
const maxTokenBytes = 64 * 1024;

const TokenAnswer = v.object({
  access_token: v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/)),
  expires_in: v.optional(v.union([v.number(), v.pipe(v.string(), v.transform(Number), v.finite())])),
});

interface Token {
  readonly value: string;
  /** Monotonic ms. */
  readonly renewAt: number;
  readonly endsAt: number;
}

export class Authorisation {
  readonly #options: AuthorisationOptions;
  #token: Token | undefined;
  #fetching: Promise<Token> | undefined;

  constructor(options: AuthorisationOptions) {
    this.#options = options;
  }

  /** Whether a new token may help after a 401. */
  get canRenew(): boolean {
    return this.#options.secrets.tokenUrl !== undefined;
  }

  /** Rejects if there is no token to be had. */
  async headers(signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const { apiKeyFile, apiKeyHeader, tokenUrl } = this.#options.secrets;
    const key = apiKeyFile === undefined ? {} : { [apiKeyHeader.toLowerCase()]: readSecret(apiKeyFile, 'server') };
    if (tokenUrl === undefined) return key;
    return { ...key, authorization: `Bearer ${(await this.#current(signal)).value}` };
  }

  /** The broker did not take this token; the next request gets a new one. */
  forget(headers: Readonly<Record<string, string>>): void {
    if (headers.authorization === `Bearer ${this.#token?.value}`) this.#token = undefined;
  }

  async #current(signal: AbortSignal): Promise<Token> {
    const token = this.#token;
    const now = this.#options.clock.moment().monotonic;
    if (token !== undefined && now < token.renewAt) return token;
    this.#fetching ??= this.#fetch(signal).finally(() => {
      this.#fetching = undefined;
    });
    try {
      this.#token = await this.#fetching;
      return this.#token;
    } catch (fault) {
      if (token !== undefined && now < token.endsAt) return token;
      throw fault;
    }
  }

  async #fetch(signal: AbortSignal): Promise<Token> {
    const { secrets, http, clock, withinMs } = this.#options;
    const { tokenUrl = '', clientId, clientSecretFile, scope, username, passwordFile } = secrets;
    const isPassword = username !== undefined && passwordFile !== undefined;
    const form = new URLSearchParams({
      grant_type: isPassword ? 'password' : 'client_credentials',
      ...(isPassword && { username, password: readSecret(passwordFile, 'server') }),
      ...(scope !== undefined && { scope }),
    });
    const basic = basicOf(clientId, clientSecretFile);
    const answer = await http.ask(
      {
        method: 'POST',
        url: tokenUrl,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          accept: 'application/json',
          ...(basic !== undefined && { authorization: basic }),
        },
        body: form.toString(),
        withinMs,
        maxBytes: maxTokenBytes,
      },
      signal,
    );
    if (!isGood(answer)) {
      const words = say.noToken({ words: wordsOf(answer) });
      const isOurs = answer.status === 400 || answer.status === 401;
      if (!isOurs) throw new TextError(words);
      throw new MachimoriError('token-refused', { what: words, on: tokenUrl, hint: say.checkClient() });
    }
    const parsed = v.safeParse(TokenAnswer, jsonOf(answer));
    if (!parsed.success) throw new TextError(say.noToken({ words: say.notAToken() }));
    const { access_token: value, expires_in: seconds } = parsed.output;
    const lifeMs = seconds === undefined ? unsaidLifeMs : seconds * 1_000;
    const now = clock.moment().monotonic;
    return { value, renewAt: now + renewAt * lifeMs, endsAt: now + lifeMs };
  }
}

/** RFC 6749 §2.3.1: both parts form-encoded first. */
function basicOf(clientId: string | undefined, secretFile: string | undefined): string | undefined {
  if (clientId === undefined || secretFile === undefined) return undefined;
  const encoded = [clientId, readSecret(secretFile, 'server')].map((part) => encodeURIComponent(part));
  return `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`;
}
