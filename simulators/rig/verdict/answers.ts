/** What somebody else answers: a program, a database, an HTTP endpoint. It is asked again until it fits, or the time is over. */
import { messageOf } from '../../../shared/errors.ts';
import type { QuerySettings } from '../settings.ts';
import type { Check, Outcome } from './check.ts';
import { say } from './words.ts';

/** How each kind is asked; rejects with why there is no answer. */
export type Ask = (query: QuerySettings, signal: AbortSignal) => Promise<unknown>;

export interface AskSurroundings {
  readonly ask: Ask;
  /** Real time: others keep no virtual one. */
  sleep(ms: number): Promise<void>;
  now(): number;
}

const againEveryMs = 250;
const maxShown = 200;

export function answerFits(query: QuerySettings, { ask, sleep, now }: AskSurroundings): Check {
  return {
    async end(): Promise<Outcome> {
      const expected = say.answerExpected({ of: nameOf(query), what: wanted(query) });
      const until = now() + query.withinMs;
      for (;;) {
        const answer = await answered(query, ask, Math.max(1_000, Math.ceil(until - now())));
        const isLast = now() >= until;
        if (answer.ok && fits(answer.value, query))
          return { ok: true, expected, measured: say.answerWas({ answer: shown(answer.value) }) };
        if (isLast) {
          const measured = answer.ok
            ? say.answerWas({ answer: shown(answer.value) })
            : say.noAnswer({ why: answer.why });
          return { ok: false, expected, measured, ...(!answer.ok && { hint: say.askByHand() }) };
        }
        await sleep(againEveryMs);
      }
    },
  };
}

type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string };

async function answered(query: QuerySettings, ask: Ask, withinMs: number): Promise<Answer> {
  try {
    const value = await ask(query, AbortSignal.timeout(withinMs));
    return { ok: true, value: query.pointer === undefined ? value : part(value, query.pointer) };
  } catch (fault) {
    return { ok: false, why: messageOf(fault) };
  }
}

/** RFC 6901. Throws a RangeError if there is no such part. */
export function part(value: unknown, pointer: string): unknown {
  const json: unknown = typeof value === 'string' ? JSON.parse(value) : value;
  if (pointer === '') return json;
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((inside, key) => {
      if (typeof inside !== 'object' || inside === null || !Object.hasOwn(inside, key)) {
        throw new RangeError(`there is no ${pointer} in it`);
      }
      return Reflect.get(inside, key);
    }, json);
}

function fits(value: unknown, { equals, atLeast, atMost, matches }: QuerySettings): boolean {
  const text = textOf(value);
  const number = text === '' ? Number.NaN : Number(text);
  if (equals !== undefined && text !== String(equals) && !(typeof equals === 'number' && number === equals))
    return false;
  if (atLeast !== undefined && !(number >= atLeast)) return false;
  if (atMost !== undefined && !(number <= atMost)) return false;
  return matches === undefined || new RegExp(matches, 'u').test(text);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

function shown(value: unknown): string {
  const text = textOf(value);
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}

function nameOf(query: QuerySettings): string {
  if (query.that === 'command') return query.command.join(' ');
  return query.that === 'sql' ? query.sql : query.url;
}

function wanted({ equals, atLeast, atMost, matches }: QuerySettings): string {
  const parts = [
    equals === undefined ? '' : `= ${equals}`,
    atLeast === undefined ? '' : `≥ ${atLeast}`,
    atMost === undefined ? '' : `≤ ${atMost}`,
    matches === undefined ? '' : `/${matches}/`,
  ];
  return parts.filter((each) => each !== '').join(', ');
}
