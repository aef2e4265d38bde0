/**
 * What an answer means that both versions of NGSI may give: the broker's own errors, and those of what stands before it.
 *
 * Only the number of the status counts: reason phrases differ between versions, and bodies may be HTML.
 */
import type { HttpAnswer } from '../../net/http.ts';
import { unescaped } from './characters.ts';
import { jsonOf, memberOf, type Verdict } from './format.ts';

const maxWords = 200;

/** The broker's own words about an answer: its error and description (NGSIv2), or title and detail (RFC 7807). */
export function wordsOf(answer: HttpAnswer): string {
  const json = jsonOf(answer);
  const words = problemWords(json) ?? plainWords(answer.body.toString('utf8'));
  return `${answer.status} ${words}`.trim().slice(0, maxWords);
}

/** Of a problem in JSON; undefined if there are none. */
export function problemWords(problem: unknown): string | undefined {
  const parts = ['error', 'title', 'description', 'detail', 'message', 'error_description']
    .map((key) => memberOf(problem, key))
    .filter((part) => typeof part === 'string' && part !== '');
  return parts.length === 0 ? undefined : [...new Set(parts.map((part) => unescaped(String(part))))].join(': ');
}

/** Of a page, what its title says. */
function plainWords(body: string): string {
  const [, title = ''] = /<title>([^<]*)<\/title>/i.exec(body) ?? [];
  return unescaped(title !== '' || body.includes('<') ? title : body)
    .replace(/\s+/g, ' ')
    .trim();
}

/** What no version says of its own; `answer` is neither success nor about single entities. */
export function commonVerdict(answer: HttpAnswer): Verdict {
  const why = wordsOf(answer);
  const { 'retry-after': retryAfter } = answer.headers;
  switch (answer.status) {
    case 400:
    case 409:
    case 422:
      return { is: 'bad-entity', why };
    case 401:
      return { is: 'unauthorised', why };
    case 403:
      return { is: 'forbidden', why };
    case 413:
      return { is: 'too-large', why };
    case 429:
    case 502:
    case 504:
      return { is: 'not-now', why, retryAfter };
    default:
      return { is: 'not-now', why, retryAfter, isPoison: answer.status >= 500 };
  }
}

export function isGood({ status }: Pick<HttpAnswer, 'status'>): boolean {
  return status >= 200 && status < 300;
}
