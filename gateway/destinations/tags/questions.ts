/**
 * Where a tag was, for whoever may ask; and the tags themselves, for whoever may enrol them (enrolling.ts).
 *
 *   GET /v1/tags/<tag>/last                 the newest sighting that is likely, and newer ones that are not
 *   GET /v1/tags/<tag>/path?from=…&to=…     GeoJSON; `to` is now unless it is said
 *   GET /v1/tags · PUT, DELETE /v1/tags/<tag>
 *
 *   400 no such times · 401 who asks? · 403 no right to enrol · 404 no such question, or nothing is known of the tag · 429 too often
 *   503 not now
 *
 * Promise: every request that is answered is in the audit, on the disk, before the answer goes out. Of a tag that is not enrolled the answer
 * is that of one without sightings, found by the same steps. Bounds: `per-minute` questions of an account and of an address;
 * `maxClients` connections; a path of 31 days and 10,000 sightings. Without its address it tries again every `againMs`, and sightings are stored
 * meanwhile.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../shared/clock.ts';
import { messageOf } from '../../../shared/errors.ts';
import { isoTime } from '../../../shared/reading.ts';
import type { Log } from '../../machine/log.ts';
import { plainAddress } from '../../net/address.ts';
import { end, serveRequests } from '../../net/serve-requests.ts';
import type { DestinationSurroundings } from '../destination.ts';
import type { Accounts } from './accounts.ts';
import { lastAnswer, lookedAt, maxPathSightings, pathAnswer, placed, type Question, questionOf } from './answers.ts';
import type { AskingLimits } from './asking-limits.ts';
import type { Audit, AuditEntry } from './audit.ts';
import {
  answerEnrolling,
  type Enrolling,
  type EnrolRequest,
  enrolRequestOf,
  isEnrolRequest,
  tell,
} from './enrolling.ts';
import { HEADERS } from './http-headers.ts';
import type { TagSettings } from './settings.ts';
import type { Sighting, TagStore } from './store.ts';
import { say } from './words.ts';

const maxClients = 200;
const againMs = 5_000;
const maxUrl = 1_000;
const ASK = { ...HEADERS, 'www-authenticate': 'Basic realm="machimori", charset="UTF-8"' };

const METHODS = ['GET', 'PUT', 'DELETE'];

export interface Answering extends Enrolling {
  readonly settings: TagSettings;
  readonly store: Pick<TagStore, 'newest' | 'between'>;
  readonly accounts: Accounts;
  readonly limits: AskingLimits;
  readonly audit: Audit;
  /** What was struck out and is not erased yet is not told. */
  isEnrolled(tag: string): boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly describe: DestinationSurroundings['describe'];
}

/** Answers until the signal aborts. */
export async function answerQuestions(answering: Answering, signal: AbortSignal): Promise<void> {
  const { settings, clock, log } = answering;
  const { listen, listenCertFile: certFile, listenKeyFile: keyFile } = settings;
  if (listen === undefined) return;
  while (!signal.aborted) {
    try {
      const opened = () => log.info('Questions are answered', { listen });
      const answer = (request: IncomingMessage, response: ServerResponse) => answerOne(request, response, answering);
      await serveRequests({ listen, certFile, keyFile, maxClients, opened, answer }, signal);
    } catch (fault) {
      log.warn('Questions cannot be answered; it will be tried again', { listen, fault: messageOf(fault) });
    }
    if (!signal.aborted) await clock.sleep(againMs, signal);
  }
}

async function answerOne(request: IncomingMessage, response: ServerResponse, answering: Answering): Promise<void> {
  const { accounts, limits, audit, clock, log } = answering;
  const { method = '', url = '', headers, socket } = request;
  const { monotonic, wall } = clock.moment();
  const address = plainAddress(socket.remoteAddress);
  const tooOften = () => end(response, 429, { ...HEADERS, 'retry-after': '60', connection: 'close' });
  if (limits.isLocked(address, monotonic) || !limits.allows(`address ${address}`, monotonic)) return tooOften();
  if (url.length > maxUrl) return end(response, 414, { ...HEADERS, connection: 'close' });
  if (!METHODS.includes(method)) return end(response, 405, { ...HEADERS, allow: METHODS.join(', ') });
  const question = enrolRequestOf(method, url) ?? (method === 'GET' ? questionOf(url, wall) : 'not-found');
  const { name, token } = credentialsIn(headers.authorization);
  const note = (outcome: AuditEntry['outcome'], about: Question | EnrolRequest) =>
    audit.append({ at: isoTime(wall), who: name, address, ...asWritten(about), outcome });
  try {
    const account = accounts.find(name, token);
    if (account === undefined) {
      limits.wrong(address, monotonic);
      if (typeof question !== 'string' && name !== '') await note('refused', question);
      return end(response, 401, ASK);
    }
    if (!limits.allows(`account ${name}`, monotonic)) return tooOften();
    if (question === 'not-found') return end(response, 404, HEADERS);
    if (question === 'bad-times') return end(response, 400, HEADERS);
    if (isEnrolRequest(question)) {
      if (account.mayEnrol) return await answerEnrolling(request, response, question, answering, note);
      await note('refused', question);
      return tell(response, 403, say.mayNotEnrol());
    }
    await note('asked', question);
    const answer = await answerTo(question, answering);
    if (answer === undefined || !answering.isEnrolled(question.tag)) return end(response, 404, HEADERS);
    const type = question.kind === 'last' ? 'application/json' : 'application/geo+json';
    response.writeHead(200, { ...HEADERS, 'content-type': type }).end(JSON.stringify(answer));
  } catch (fault) {
    log.warn('A question could not be answered', { fault: messageOf(fault) });
    end(response, 503, { ...HEADERS, 'retry-after': '5' });
  }
}

async function answerTo(
  question: Question,
  { settings: { maxSpeed }, store, describe }: Answering,
): Promise<object | undefined> {
  const { tag } = question;
  const all = (found: readonly Sighting[]) => found.map((each) => placed(each, describe));
  if (question.kind === 'last') return lastAnswer(tag, all(await store.newest(tag, lookedAt)), maxSpeed);
  const { from, until } = question;
  return pathAnswer(question, all(await store.between(tag, from, until, maxPathSightings + 1)), maxSpeed);
}

function asWritten(question: Question | EnrolRequest) {
  if (question.kind === 'list') return { asked: question.kind };
  const { kind: asked, tag } = question;
  return question.kind === 'path'
    ? { asked, tag, from: isoTime(question.from), until: isoTime(question.until) }
    : { asked, tag };
}

/** Basic (RFC 7617): the account, and its token as the password. */
function credentialsIn(authorization = ''): { readonly name: string; readonly token: string } {
  const [, encoded = ''] = /^Basic +([A-Za-z0-9+/=_-]{1,400})$/i.exec(authorization) ?? [];
  const [name = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { name: name.replace(/[^A-Za-z0-9._-]/g, '').slice(0, 64), token: rest.join(':') };
}
