/**
 * What the page asks of the console's server: a session, and the gateway's actions (gateway/control/). What is refused comes as a
 * `Refused` with a sentence to show; whoever has been signed out meanwhile is told to `signedOut`.
 */
import { foreign, type Text } from '../../../shared/text.ts';
import { say as sayShared } from '../../../shared/words.ts';
import { say } from './words.ts';

export interface Session {
  readonly user: string;
  readonly role: 'viewer' | 'technician';
  readonly gateway: string;
  readonly tenant: string;
  readonly version: string;
  /** To be sent with every action. */
  readonly csrf: string;
  /** Where a map takes its tiles from: an address with {z}, {x} and {y}; "" for none. */
  readonly tiles?: string;
  /** SHA-256 of the box's own certificate. */
  readonly fingerprint?: string;
}

/** What could not be done, and what to do. */
export class Refused extends Error {
  readonly text: Text;
  /** Of the gateway's fault, if it was one. */
  readonly code: string | undefined;

  constructor(text: Text, code?: string) {
    super(text.en);
    this.text = text;
    this.code = code;
  }
}

const answerWithinMs = 10_000;
/** Before it counts as lost, for actions: an export may take its time to begin. */
const actWithinMs = 120_000;

/** Undefined: nobody is signed in. Throws a Refused if nothing answers. */
export async function currentSession(): Promise<Session | undefined> {
  const response = await request('session', { signal: AbortSignal.timeout(answerWithinMs) });
  if (response.status === 401) return undefined;
  if (!response.ok) throw await refusedBy(response);
  return (await response.json()) as Session; // our own server's
}

/** Throws a Refused: why not. */
export async function signIn(user: string, password: string): Promise<void> {
  const response = await request('session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, password }),
    signal: AbortSignal.timeout(actWithinMs),
  });
  if (response.ok) return;
  if (response.status === 401) throw new Refused(say.wrongPassword());
  if (response.status !== 429) throw await refusedBy(response);
  throw new Refused(say.tooManyTries({ seconds: Number(response.headers.get('retry-after') ?? 60) }));
}

export class Door {
  readonly session: Session;
  readonly #signedOut: () => void;

  constructor(session: Session, signedOut: () => void) {
    this.session = session;
    this.#signedOut = signedOut;
  }

  get mayChange(): boolean {
    return this.session.role === 'technician';
  }

  /** Afterwards nobody is signed in, here or there; if it cannot be reached, only the session's own end ends it there. */
  async leave(): Promise<void> {
    const { csrf } = this.session;
    const leaving = { method: 'DELETE', headers: { 'x-csrf': csrf }, signal: AbortSignal.timeout(answerWithinMs) };
    const response = await request('session', leaving);
    if (!response.ok && response.status !== 401) throw await refusedBy(response);
    this.#signedOut();
  }

  /** The answer of an action, not read yet. Throws a Refused. */
  ask(action: string, parameters: object): Promise<Response> {
    return this.#post(action, parameters, AbortSignal.timeout(actWithinMs));
  }

  async #post(action: string, parameters: object, signal: AbortSignal): Promise<Response> {
    const response = await request(`do/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf': this.session.csrf },
      body: JSON.stringify(parameters),
      signal,
    });
    if (response.ok) return response;
    if (response.status === 401) this.#signedOut();
    throw await refusedBy(response);
  }

  /** The lines of an answer as they come, until it ends or the signal aborts. Throws a Refused, also if it is cut short. */
  async *follow(action: string, parameters: object, signal: AbortSignal): AsyncGenerator<string> {
    const { body } = await this.#post(action, parameters, signal);
    if (body === null) return;
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for (;;) {
        const { done, value } = await reader.read().catch((fault) => {
          throw new Refused(say.noAnswer({ why: foreign(String(fault)) }));
        });
        if (done) return;
        const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
        rest = lines.pop() ?? '';
        yield* lines;
      }
    } finally {
      reader.cancel().catch(() => undefined); // what was cut short cannot be cancelled any more
    }
  }

  async json<T>(action: string, parameters: object): Promise<T> {
    return (await (await this.ask(action, parameters)).json()) as T; // written by a gateway of the same release
  }

  /** The first lines of an answer, at most `max` of them. */
  async lines<T>(action: string, parameters: object, max: number): Promise<readonly T[]> {
    const lines: T[] = [];
    for await (const line of this.each<T>(action, parameters)) {
      lines.push(line);
      if (lines.length >= max) break;
    }
    return lines;
  }

  /** Each line of an answer, read. Throws as `follow` does. */
  async *each<T>(action: string, parameters: object): AsyncGenerator<T> {
    const lines = this.follow(action, parameters, AbortSignal.timeout(actWithinMs));
    for await (const line of lines) yield JSON.parse(line) as T; // written by a gateway of the same release
  }
}

/** The sentence of what was thrown. */
export function refusalOf(fault: unknown): Text {
  return fault instanceof Refused ? fault.text : say.pageFault({ why: foreign(String(fault)) });
}

async function request(path: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(`./${path}`, { ...options, cache: 'no-store' });
  } catch (fault) {
    throw new Refused(say.noAnswer({ why: foreign(fault instanceof Error ? fault.message : String(fault)) }));
  }
}

/** What the server says of it, a fault as the gateway writes it, or else what the status tells. */
async function refusedBy(response: Response): Promise<Refused> {
  if (response.status === 401) return new Refused(say.signedOut());
  const fault = (await response.json().catch(() => undefined)) as
    | Readonly<Record<'what' | 'on' | 'hint', Text | string> & { code: string }>
    | undefined;
  if (fault?.what !== undefined) return new Refused(sayShared.fault(fault), fault.code);
  return new Refused(response.status === 403 ? say.mayNot() : say.oddAnswer({ status: response.status }));
}
