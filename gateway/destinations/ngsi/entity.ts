/** An entity as both versions of NGSI have it, before it is written in one of them. */

/** GeoJSON (RFC 7946 §3.1.2): longitude first. */
export interface Point {
  readonly type: 'Point';
  readonly coordinates: readonly [number, number] | readonly [number, number, number];
}

export type AttributeValue =
  | { readonly is: 'number'; readonly value: number; readonly unitCode?: string | undefined }
  | { readonly is: 'text'; readonly value: string }
  | { readonly is: 'flag'; readonly value: boolean }
  /** Epoch ms. */
  | { readonly is: 'time'; readonly value: number }
  | { readonly is: 'list'; readonly value: readonly string[] }
  /** The id of another entity. */
  | { readonly is: 'reference'; readonly value: string }
  | { readonly is: 'place'; readonly value: Point };

/** What a reading says of one attribute. */
export type Attribute = AttributeValue & {
  /** Why the value is in doubt, or "good"; undefined where doubts are not told. */
  readonly quality?: string;
};

export interface EntityId {
  readonly id: string;
  readonly type: string;
}

/** What one reading says of one entity. */
export interface Contribution extends EntityId {
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** Which of several sayings about the same attribute is the newest: by time, then by place in the gateway's feed. */
export interface Mark {
  /** Epoch ms of the observation. */
  readonly at: number;
  readonly epoch: string;
  /** Of the batch within its epoch, and of the reading within the batch. */
  readonly number: number;
  readonly index: number;
}

/** An attribute as it goes, with its own time. */
export interface Chosen {
  readonly attribute: Attribute;
  readonly mark: Pick<Mark, 'at'>;
}

/** An entity as it goes. */
export interface Entity<C extends Chosen = Chosen> extends EntityId {
  readonly attributes: ReadonlyMap<string, C>;
}

/** Whether `a` is older than `b`. Of two epochs none is known to be the older: what comes later counts as newer. */
export function isOlder(a: Mark, b: Mark): boolean {
  if (a.at !== b.at) return a.at < b.at;
  if (a.epoch !== b.epoch) return false;
  return a.number < b.number || (a.number === b.number && a.index < b.index);
}
