/** A request to the stand-in and its answer, without a network, so that a test may also hand them over itself. */

export interface BrokerRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface BrokerAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One attribute as it is stored: the members it was sent with. */
export type StoredAttribute = Readonly<Record<string, unknown>>;

export interface StoredEntity {
  readonly id: string;
  readonly type: string;
  readonly attributes: Map<string, StoredAttribute>;
}

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): BrokerAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The parts of a path and its query. */
export function target(path: string): URL {
  return new URL(path, 'http://broker');
}
