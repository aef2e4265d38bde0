/**
 * The tags themselves, for accounts that may enrol them.
 *
 *   GET /v1/tags?after=<tag>      names with opt-in and consent in the order of names, never what a tag sends; `next`: ask on from there
 *   PUT /v1/tags/<tag>            {"identifier":…,"opt_in":"2026-04-01","consent":…}: enrols it, or replaces what the table has of it
 *   DELETE /v1/tags/<tag>         strikes it out; what is known of it is erased before the answer goes out
 *
 *   200 the list · 201 enrolled · 204 replaced, struck out · 202 it is on the disk, and counts once the database is there again
 *   400 what is wrong with the body · 404 there is no such tag · 409 another tag has the identifier · 413 too large · 503 not now
 *
 * Bounds: `maxBodyBytes` a body; `maxListed` tags an answer; those of enrolment.ts.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as v from 'valibot';
import { MachimoriError, messageOf, TextError } from '../../../shared/errors.ts';
import type { Text } from '../../../shared/text.ts';
import type { Log } from '../../machine/log.ts';
import { bodyOf, end } from '../../net/serve-requests.ts';
import { tagIn } from './answers.ts';
import type { AuditEntry } from './audit.ts';
import type { EnrolledTags } from './enrolled-tags.ts';
import { type Changed, checkNewTag, type Enrolment, type NewTag } from './enrolment.ts';
import { HEADERS } from './http-headers.ts';
import { say } from './words.ts';

const maxBodyBytes = 4_096;
const maxListed = 10_000;
const maxCellLength = 200;

const cell = v.pipe(v.string(), v.maxLength(maxCellLength));
const Body = v.strictObject({ identifier: cell, opt_in: cell, consent: cell });

export type EnrolRequest =
  | { readonly kind: 'list'; readonly after: string }
  | { readonly kind: 'enrol' | 'strike-out'; readonly tag: string };

export interface Enrolling {
  readonly enrolment: Enrolment;
  /** Resolves when the table counts and nothing is known of tags that are not in it. */
  adopt(tags: EnrolledTags): Promise<void>;
  readonly log: Log;
}

/** Undefined if it is another one. */
export function enrolRequestOf(method: string, url: string): EnrolRequest | undefined {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  if (method === 'GET')
    return pathname === '/v1/tags' ? { kind: 'list', after: searchParams.get('after') ?? '' } : undefined;
  const tag = tagIn(/^\/v1\/tags\/([^/]+)$/.exec(pathname)?.[1]);
  return tag === undefined ? undefined : { kind: method === 'PUT' ? 'enrol' : 'strike-out', tag };
}

export function isEnrolRequest(request: { readonly kind: string }): request is EnrolRequest {
  return ['list', 'enrol', 'strike-out'].includes(request.kind);
}

/** `note` puts it into the audit. Rejects if it cannot be done now. */
export async function answerEnrolling(
  request: IncomingMessage,
  response: ServerResponse,
  asked: EnrolRequest,
  { enrolment, adopt, log }: Enrolling,
  note: (outcome: AuditEntry['outcome'], about: EnrolRequest) => Promise<void>,
): Promise<void> {
  const tag = asked.kind === 'enrol' ? await newTagIn(request, asked.tag) : undefined;
  if (tag === 'too-large') return end(response, 413, { ...HEADERS, connection: 'close' });
  if (tag instanceof TextError) return tell(response, 400, tag.text);
  await note('asked', asked);
  try {
    if (asked.kind === 'list') return listTags(response, await enrolment.list(asked.after, maxListed + 1));
    const changed = tag === undefined ? await enrolment.strikeOut(asked.tag) : await enrolment.put(tag);
    if (!('tags' in changed)) {
      return changed.outcome === 'taken' ? tell(response, 409, say.identifierTaken()) : end(response, 404, HEADERS);
    }
    end(response, await statusOf(changed, adopt, log), HEADERS);
  } catch (fault) {
    if (!(fault instanceof MachimoriError)) throw fault;
    log.warn('The table of enrolled tags could not be read or changed', { fault: messageOf(fault) });
    tell(response, 503, fault.what); // where the table is, is nobody's business
  }
}

/** It is on the disk. If it cannot count at once, it does as one that was edited by hand would. */
async function statusOf(
  { outcome, tags }: Extract<Changed, { tags: unknown }>,
  adopt: Enrolling['adopt'],
  log: Log,
): Promise<number> {
  try {
    await adopt(tags);
    return outcome === 'added' ? 201 : 204;
  } catch (fault) {
    log.warn('A change of the enrolled tags cannot count yet; it will be tried again', { fault: messageOf(fault) });
    return 202;
  }
}

async function newTagIn(request: IncomingMessage, tag: string): Promise<NewTag | TextError | 'too-large'> {
  const body = await bodyOf(request, maxBodyBytes);
  if (body === undefined) return 'too-large';
  try {
    const { identifier, opt_in: optIn, consent } = v.parse(Body, JSON.parse(body.toString('utf8')));
    const made = { tag, identifier, optIn, consent };
    checkNewTag(made);
    return made;
  } catch (fault) {
    return fault instanceof TextError ? fault : new TextError(say.notTagBody());
  }
}

function listTags(response: ServerResponse, found: Awaited<ReturnType<Enrolment['list']>>): void {
  const tags = found.slice(0, maxListed).map(({ tag, optIn, consent }) => ({ tag, opt_in: optIn, consent }));
  const next = found.length > maxListed ? { next: tags.at(-1)?.tag } : {};
  response.writeHead(200, { ...HEADERS, 'content-type': 'application/json' }).end(JSON.stringify({ tags, ...next }));
}

/** An answer that says what is wrong, in every language. */
export function tell(response: ServerResponse, status: number, { en, ja }: Text): void {
  response
    .writeHead(status, { ...HEADERS, 'content-type': 'application/json' })
    .end(JSON.stringify({ error: { en, ja } }));
}
