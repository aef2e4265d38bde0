/** What differs between the two versions of NGSI: how entities are written, asked for, and answered. */
import type { HttpAnswer } from '../../net/http.ts';
import type { Entity, EntityId } from './entity.ts';

export interface Asked {
  readonly method: 'GET' | 'POST';
  /** After the broker's address: "/v2/op/update". */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What an answer to an update means for the entities that were in it. */
export type Verdict =
  | { readonly is: 'taken' }
  /** Those named failed, the others were taken. */
  | { readonly is: 'some-failed'; readonly failed: ReadonlyMap<string, Failure> }
  /** One of them is at fault, and it does not say which. */
  | { readonly is: 'bad-entity'; readonly why: string }
  | { readonly is: 'too-large'; readonly why: string }
  /** May go well another time. `isPoison`: one entity may be the cause, as of a broker's own error. */
  | {
      readonly is: 'not-now';
      readonly why: string;
      readonly retryAfter?: string | undefined;
      readonly isPoison?: boolean;
    }
  | { readonly is: 'unauthorised' | 'forbidden'; readonly why: string };

export interface Failure {
  readonly why: string;
  /** May go well another time. */
  readonly isNotNow: boolean;
}

/** An order as an attribute of an entity has it. */
export interface AskedOrder extends EntityId {
  readonly value: unknown;
  /** When the attribute was written, by the broker, epoch ms. */
  readonly writtenAt: number;
  /** Given by whoever wrote it: metadata (NGSIv2) or a sub-property (NGSI-LD) of this name. */
  readonly orderId?: string | undefined;
  readonly expiresAt?: number | undefined;
  /** What `<name>_status` says now, and of the order that was written when, epoch ms. */
  readonly status?: { readonly value: unknown; readonly of: number | undefined } | undefined;
}

/** What is there before anything is sent. */
export interface Census {
  /** Undefined if the broker does not count. */
  readonly entities: number | undefined;
  readonly types: readonly string[];
}

/** By entity and attribute, epoch ms of what the broker has. */
export type Times = ReadonlyMap<string, ReadonlyMap<string, number>>;

export interface OrdersPage {
  readonly type: string;
  readonly name: string;
  readonly offset: number;
  readonly limit: number;
}

export interface Format {
  /** Headers of every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes of one entity in a request. */
  entity(entity: Entity): string;
  update(entities: readonly string[]): Asked;
  judge(answer: HttpAnswer, entities: readonly EntityId[]): Verdict;
  /** Asks for the times of these entities. */
  times(entities: readonly EntityId[]): Asked;
  readTimes(answer: HttpAnswer): Times;
  /** Asks for entities of a type that have the attribute, and what is told of it; `readOrders` gives up what it cannot read. */
  orders(page: OrdersPage): Asked;
  readOrders(answer: HttpAnswer, name: string): { readonly count: number; readonly orders: readonly AskedOrder[] };
  /** Asks what is there, a page or two. */
  census(): Asked;
  typesOf(): Asked;
  readCensus(entities: HttpAnswer, types: HttpAnswer): Census;
}

/** JSON of a body; undefined if it is none: a proxy answers in HTML. */
export function jsonOf({ body }: Pick<HttpAnswer, 'body'>): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

export function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

/** Entities by their id, of a list of them. */
export function listOf(json: unknown): readonly unknown[] {
  return Array.isArray(json) ? json : [];
}

/** Epoch ms of what a broker has as a time; undefined if it is none. */
export function timeOf(value: unknown): number | undefined {
  const text = typeof value === 'string' ? value : memberOf(value, '@value');
  const at = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

let lastDate = { at: Number.NaN, text: '' };

/** ISO 8601 in UTC with milliseconds. Attributes of one reading mostly have the same, so the last is kept. */
export function isoDate(at: number): string {
  if (at !== lastDate.at) lastDate = { at, text: new Date(at).toISOString() };
  return lastDate.text;
}
