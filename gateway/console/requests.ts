/**
 * What the console answers (docs/console.md is its contract).
 *
 *   GET /, /assets/…    the built page                      POST /session   sign in: 204 and a cookie; 401, 429
 *   POST /do/<action>   as the control socket answers       GET /session    who is signed in; 401
 *   GET /live           server-sent events                  DELETE /session sign out
 *
 * Nothing but the page and the sign-in is answered without a session; what is done needs its CSRF token too. A refusal is a fault as the
 * control socket tells it. Bounds: `maxBodyBytes` of a request, `maxAtOnce` actions; live.ts, passwords.ts, lockout.ts and sessions.ts have theirs.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as v from 'valibot';
import type { Clock } from '../../shared/clock.ts';
import { codeOf, MachimoriError, messageOf } from '../../shared/errors.ts';
import { isoTime } from '../../shared/reading.ts';
import { LANGUAGES, printableJson, type Text } from '../../shared/text.ts';
import { answer, type ControlSources } from '../control/actions.ts';
import { faultJson, parse, parseJson } from '../control/messages.ts';
import type { Log } from '../machine/log.ts';
import { plainAddress } from '../net/address.ts';
import { bodyOf } from '../net/serve-requests.ts';
import { maxCharacters } from './accounts.ts';
import { allowedFor, isLasting, mayDo } from './allowed.ts';
import { type ConsoleAudit, type ConsoleEntry, withoutSecrets } from './audit.ts';
import type { Live } from './live.ts';
import { isForUs, isFromOwnPage, isRepeated } from './names.ts';
import { type PageFiles, takesGzip } from './page-files.ts';
import { isCsrfOf, type Session, type Sessions } from './sessions.ts';
import type { SignIn } from './sign-in.ts';
import { whileAllowed } from './while-allowed.ts';
import { say } from './words.ts';

export interface RequestSurroundings {
  readonly sources: ControlSources;
  readonly version: string;
  /** Where the map takes its tiles from. */
  readonly tiles: string;
  /** By which it may be called. */
  readonly names: readonly string[];
  /** Of every answer. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookie: { readonly name: string; readonly isSecure: boolean };
  readonly page: PageFiles;
  readonly signIn: SignIn;
  readonly sessions: Sessions;
  readonly audit: ConsoleAudit;
  readonly live: Live;
  readonly clock: Clock;
  readonly log: Log;
  /** Undefined without TLS. */
  fingerprint(): string | undefined;
  /** Who has this connection is signed in. */
  letIn(socket: Socket): void;
}

const maxBodyBytes = 64 * 1024;
const maxAtOnce = 8;

const credentials = v.strictObject({
  user: v.pipe(v.string(), v.maxLength(64)),
  password: v.pipe(v.string(), v.maxLength(maxCharacters * 4)),
});

/** It was not done; what is told of it. */
class Refusal extends Error {
  readonly status: number;
  readonly fault: MachimoriError;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, fault: MachimoriError, headers: Readonly<Record<string, string>> = {}) {
    super(fault.message);
    this.status = status;
    this.fault = fault;
    this.headers = headers;
  }
}

function refusal(status: number, code: string, what: Text, hint: Text, headers: Readonly<Record<string, string>> = {}) {
  return new Refusal(status, new MachimoriError(code, { what, on: say.theConsole(), hint }), headers);
}

export class Requests {
  readonly #around: RequestSurroundings;
  #atOnce = 0;

  constructor(around: RequestSurroundings) {
    this.#around = around;
  }

  /** Never rejects. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers, log } = this.#around;
    for (const [name, value] of Object.entries({ 'cache-control': 'no-store', ...headers })) {
      response.setHeader(name, value);
    }
    try {
      await this.#route(request, response);
    } catch (thrown) {
      const isForeseen = thrown instanceof Refusal || thrown instanceof MachimoriError;
      if (response.headersSent)
        response.destroy(); // so that the page sees that the answer is not complete
      else if (thrown instanceof Refusal) tell(response, thrown.status, thrown.fault, thrown.headers);
      else tell(response, isForeseen ? 400 : 500, thrown);
      if (!isForeseen && !response.destroyed) log.warn('The console could not answer', { fault: messageOf(thrown) });
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { names, page } = this.#around;
    if (!isForUs(request, names)) {
      throw refusal(403, 'wrong-host', say.wrongHost(), say.nameIt(), { connection: 'close' });
    }
    const path = request.url?.split('?', 1)[0] ?? '';
    if (path === '/session') return this.#session(request, response);
    if (path === '/live') return this.#watch(request, response);
    if (path.startsWith('/do/')) return this.#do(path.slice('/do/'.length), request, response);
    if (path === '/' && !page.isBuilt) {
      demandMethod(request, ['GET', 'HEAD']);
      const said = LANGUAGES.map((language) => say.notBuilt()[language]).join('\n');
      return void response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8' }).end(`${said}\n`);
    }
    if (!page.has(path)) throw refusal(404, 'not-found', say.notFound(), say.beginAtRoot());
    demandMethod(request, ['GET', 'HEAD']);
    await page.answer(path, request, response);
  }

  async #session(request: IncomingMessage, response: ServerResponse): Promise<void> {
    demandMethod(request, ['GET', 'POST', 'DELETE']);
    if (request.method === 'POST') return this.#signIn(request, response);
    if (request.method === 'DELETE') return this.#signOut(request, response);
    demandOwnPage(request, { changes: false });
    const { sources, version, tiles, fingerprint } = this.#around;
    const { user, role, csrf } = this.#signedIn(request);
    const { gateway, tenant } = sources;
    const about = { user, role, gateway, tenant, version, csrf, fingerprint: fingerprint(), tiles };
    response.writeHead(200, { 'content-type': 'application/json' }).end(printableJson(JSON.stringify(about)));
  }

  async #signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    demandOwnPage(request, { changes: true });
    const { user, password } = parse(credentials, parseJson(await textOf(request)));
    const { signIn, sessions, log } = this.#around;
    const address = plainAddress(request.socket.remoteAddress);
    const waitMs = signIn.waitMs(user, address, this.#now());
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1_000);
      throw refusal(429, 'locked', say.locked({ seconds }), say.waitThen(), { 'retry-after': String(seconds) });
    }
    const account = await signIn.accountOf(user, password, address, this.#now());
    if (account === undefined) {
      log.warn('Somebody could not sign in at the console', { address });
      throw refusal(401, 'wrong-password', say.wrongPassword(), say.tryAgain());
    }
    sessions.end(this.#token(request)); // nobody goes on with what another has left
    const token = sessions.open(user, account, this.#now());
    await this.#noteSign('sign-in', { user, role: account.role }, address);
    this.#around.letIn(request.socket);
    response.writeHead(204, { 'set-cookie': this.#cookie(token) }).end();
  }

  /** Whoever is signed out already has what they want. */
  async #signOut(request: IncomingMessage, response: ServerResponse): Promise<void> {
    demandOwnPage(request, { changes: true });
    const { sessions } = this.#around;
    const token = this.#token(request);
    const session = sessions.use(token, this.#now());
    sessions.end(token);
    if (session !== undefined) await this.#noteSign('sign-out', session, plainAddress(request.socket.remoteAddress));
    response.writeHead(204, { 'set-cookie': `${this.#cookie('')}; Max-Age=0` }).end();
  }

  async #watch(request: IncomingMessage, response: ServerResponse): Promise<void> {
    demandMethod(request, ['GET']);
    demandOwnPage(request, { changes: false });
    const session = this.#signedIn(request);
    const { live, sessions } = this.#around;
    if (!live.hasRoom(session.user)) {
      throw refusal(503, 'too-many', say.tooManyWatch(), say.closeSome(), { 'retry-after': '10' });
    }
    live.watch(response, {
      user: session.user,
      takesGzip: takesGzip(request),
      mayWatch: () => sessions.isOpen(session, this.#now()),
    });
  }

  async #do(action: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    demandMethod(request, ['POST']);
    const session = this.#signedIn(request);
    demandOwnPage(request, { changes: true });
    demandCsrf(request, session);
    const who = allowedFor(action);
    if (who === undefined) throw refusal(404, 'no-action', say.noAction(), say.beginAtRoot());
    if (who === 'command-line') throw refusal(403, 'not-here', say.notHere(), say.onTheMachine());
    if (!mayDo(session.role, who)) throw refusal(403, 'not-allowed', say.notAllowed(), say.signInAsTechnician());
    const text = await textOf(request);
    if (!this.#around.sessions.isOpen(session, this.#now())) throw signedOut(); // it may have ended while the body came
    const parameters = text === '' ? {} : parseJson(text);
    const places = isLasting(action) ? 0 : 1;
    if (this.#atOnce + places > maxAtOnce) {
      throw refusal(503, 'busy', say.busy(), say.waitThen(), { 'retry-after': '1' });
    }
    this.#atOnce += places;
    const address = plainAddress(request.socket.remoteAddress);
    try {
      if (who === 'technician') await this.#performAudited(action, parameters, { session, address }, response);
      else await this.#perform(action, parameters, session, response);
    } finally {
      this.#atOnce -= places;
    }
  }

  async #performAudited(
    action: string,
    parameters: unknown,
    { session, address }: { readonly session: Session; readonly address: string },
    response: ServerResponse,
  ): Promise<void> {
    const { user, role } = session;
    const about = { id: randomBytes(8).toString('hex'), user, role, address, action };
    try {
      await this.#note({ ...about, parameters: withoutSecrets(parameters), outcome: 'begun' });
    } catch (cause) {
      this.#around.log.error('The audit of the console cannot be written', { fault: messageOf(cause) });
      throw refusal(503, 'audit-unwritable', say.auditUnwritable({ why: messageOf(cause) }), say.checkDisk());
    }
    let end: Pick<ConsoleEntry, 'outcome' | 'code'> = { outcome: 'done' };
    try {
      await this.#perform(action, parameters, session, response);
    } catch (fault) {
      end = { outcome: 'failed', code: fault instanceof MachimoriError ? fault.code : 'internal' };
      throw fault;
    } finally {
      await this.#note({ ...about, ...end }).catch((fault) =>
        this.#around.log.error('How a change by the console ended could not be written', { fault: messageOf(fault) }),
      );
    }
  }

  async #perform(action: string, parameters: unknown, session: Session, response: ServerResponse): Promise<void> {
    const around = { ...this.#around.sources, hidesTags: true, by: session.user };
    const pieces = await answer(action, parameters, around);
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    if (!isLasting(action) || !(Symbol.asyncIterator in pieces)) return pipeline(Readable.from(pieces), response);
    response.flushHeaders();
    const mayRead = () => this.#around.sessions.isOpen(session, this.#now());
    // A reader who leaves is the usual end of it.
    await pipeline(Readable.from(whileAllowed(pieces, mayRead)), response).catch((fault) => {
      if (codeOf(fault) !== 'ERR_STREAM_PREMATURE_CLOSE') throw fault;
    });
  }

  /** That nobody can sign in while the disk is full would help nobody. */
  async #noteSign(
    action: 'sign-in' | 'sign-out',
    { user, role }: Pick<Session, 'user' | 'role'>,
    address: string,
  ): Promise<void> {
    const entry = { id: randomBytes(8).toString('hex'), user, role, address, action, outcome: 'done' } as const;
    await this.#note(entry).catch((fault) =>
      this.#around.log.error('The audit of the console cannot be written', { fault: messageOf(fault) }),
    );
  }

  #note(entry: Omit<ConsoleEntry, 'at'>): Promise<void> {
    const { audit, clock } = this.#around;
    return audit.append({ at: isoTime(clock.moment().wall), ...entry });
  }

  #signedIn(request: IncomingMessage): Session {
    const session = this.#around.sessions.use(this.#token(request), this.#now());
    if (session === undefined) throw signedOut();
    this.#around.letIn(request.socket);
    return session;
  }

  /** Of two cookies of the name one is somebody else's: neither counts. */
  #token(request: IncomingMessage): string | undefined {
    if (isRepeated(request, 'cookie')) return undefined;
    const start = `${this.#around.cookie.name}=`;
    const own = (request.headers.cookie ?? '').split(/; */).filter((each) => each.startsWith(start));
    return own.length === 1 ? own[0]?.slice(start.length) : undefined;
  }

  #cookie(token: string): string {
    const { name, isSecure } = this.#around.cookie;
    return `${name}=${token}; Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
  }

  #now(): number {
    return this.#around.clock.moment().monotonic;
  }
}

function signedOut(): Refusal {
  return refusal(401, 'signed-out', say.signedOut(), say.signInFirst());
}

function tell(
  response: ServerResponse,
  status: number,
  thrown: unknown,
  headers: Readonly<Record<string, string>> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(faultJson(thrown));
}

function demandMethod({ method = '' }: IncomingMessage, allowed: readonly string[]): void {
  if (allowed.includes(method)) return;
  const allow = allowed.join(', ');
  throw refusal(405, 'wrong-method', say.wrongMethod({ allow }), say.beginAtRoot(), { allow });
}

function demandOwnPage(request: IncomingMessage, how: { readonly changes: boolean }): void {
  if (isFromOwnPage(request, how)) return;
  throw refusal(403, 'other-site', say.otherSite(), say.beginAtRoot());
}

function demandCsrf({ headers }: IncomingMessage, session: Session): void {
  if (isCsrfOf(session, headers['x-csrf'])) return;
  throw refusal(403, 'wrong-csrf', say.wrongCsrf(), say.reload());
}

async function textOf(request: IncomingMessage): Promise<string> {
  const body = await bodyOf(request, maxBodyBytes);
  if (body !== undefined) return body.toString('utf8');
  throw refusal(413, 'too-large', say.tooLarge({ max: maxBodyBytes }), say.inParts(), { connection: 'close' });
}
