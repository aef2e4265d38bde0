/**
 * The context broker as this destination asks it: with its headers, a correlator for each request, and what lets it in.
 *
 * After a 401 the token is renewed once and the request repeated once. Bounds: an answer within `answerTimeoutMs`, of `maxAnswerBytes`;
 * as many connections as `parallelRequests`.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../shared/clock.ts';
import { MachimoriError } from '../../../shared/errors.ts';
import { listed, type Text } from '../../../shared/text.ts';
import type { Http, HttpAnswer, OpenHttp } from '../../net/http.ts';
import { isGood, wordsOf } from './answers.ts';
import { Authorisation, type Secrets } from './authorisation.ts';
import type { Asked, Census, Format } from './format.ts';
import { say } from './words.ts';

export interface BrokerOptions extends Secrets {
  readonly url: string;
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly answerTimeoutMs: number;
  readonly parallelRequests: number;
  readonly format: Format;
  readonly clock: Clock;
  readonly openHttp: OpenHttp;
  /** Whether a correlator goes with each request (NGSIv2). */
  readonly hasCorrelator: boolean;
}

const maxAnswerBytes = 4 * 1024 * 1024;
const maxTypesNamed = 10;

export class Broker {
  readonly #options: BrokerOptions;
  readonly #http: Http;
  readonly #authorisation: Authorisation;
  readonly #url: string;

  constructor(options: BrokerOptions) {
    const { url, clock, openHttp, answerTimeoutMs: withinMs } = options;
    this.#options = options;
    this.#url = url.replace(/\/+$/, '');
    const { caFile, certFile, keyFile, parallelRequests: maxSockets } = options;
    this.#http = openHttp({ caFile, certFile, keyFile, maxSockets });
    this.#authorisation = new Authorisation({ secrets: options, http: this.#http, clock, withinMs });
  }

  get format(): Format {
    return this.#options.format;
  }

  /** Rejects as `Http.ask` does, and if no token is to be had. */
  async ask(asked: Asked, signal: AbortSignal): Promise<HttpAnswer> {
    const authorisation = await this.#authorisation.headers(signal);
    const answer = await this.#askOnce(asked, authorisation, signal);
    if (answer.status !== 401 || !this.#authorisation.canRenew) return answer;
    this.#authorisation.forget(authorisation);
    return this.#askOnce(asked, await this.#authorisation.headers(signal), signal);
  }

  #askOnce(
    { method, path, headers, body }: Asked,
    authorisation: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ) {
    const { format, answerTimeoutMs, hasCorrelator } = this.#options;
    const correlator = hasCorrelator ? { 'fiware-correlator': randomUUID() } : {};
    return this.#http.ask(
      {
        method,
        url: this.#url + path,
        headers: { ...format.headers, ...correlator, ...authorisation, ...headers },
        ...(body !== undefined && { body }),
        withinMs: answerTimeoutMs,
        maxBytes: maxAnswerBytes,
      },
      signal,
    );
  }

  /**
   * What is there before anything is sent, since a mistyped service makes a new, empty one and answers that all is well. Rejects with
   * what to do if the broker does not know this address or these names; undefined if it does not let itself be read, or not now.
   */
  async census(signal: AbortSignal): Promise<{ readonly census?: Census; readonly answer: HttpAnswer }> {
    const answer = await this.ask(this.format.census(), signal);
    const refusal = this.#refusalOf(answer);
    if (refusal !== undefined) throw refusal;
    if (!isGood(answer)) return { answer };
    const types = await this.ask(this.format.typesOf(), signal);
    return { answer, census: this.format.readCensus(answer, types) };
  }

  #refusalOf(answer: HttpAnswer): MachimoriError | undefined {
    const refused = (hint: Text) =>
      new MachimoriError('broker-refused', {
        what: say.brokerAnswers({ words: wordsOf(answer) }),
        on: this.#url,
        hint,
      });
    if (answer.status === 401) return refused(say.checkSecrets());
    if (answer.status === 400) return refused(say.checkNames());
    const isTenant = /tenant/i.test(answer.body.toString('latin1'));
    return answer.status === 404 && !isTenant ? refused(say.checkPath()) : undefined;
  }

  close(): void {
    this.#http.close();
  }
}

/** What the first contact found, for a person. */
export function foundText({ entities, types }: Census): Text {
  const named = types.slice(0, maxTypesNamed);
  const count = entities ?? say.uncounted();
  if (entities === 0 || (entities === undefined && types.length === 0)) return say.foundEmpty();
  return named.length === 0 ? say.found({ count }) : say.foundTypes({ count, types: listed(named) });
}
