/** The tags that an operator has enrolled, from its own table. They are personal data: no error repeats one. Bound: `maxTags`. */
import { maxTagIdBytes, TAG_FORMATS, tagKey } from '../../shared/enrolment/tag-id.ts';
import { TextError } from '../../shared/errors.ts';
import { hexBytes } from '../../shared/hex.ts';
import { readCsv } from './csv-rows.ts';
import { say } from './words/operator.ts';

export const maxTags = 500_000;

export interface EnrolledTag {
  readonly tag: string;
  /** As the operator wrote it: the date of consent, and a reference to it. */
  readonly optIn: string;
  readonly consent: string;
}

/** By `tagKey`. Throws what `readCsv` throws. */
export async function readEnrolledTags(file: string): Promise<ReadonlyMap<string, EnrolledTag>> {
  const tags = new Map<string, EnrolledTag & { readonly line: number }>();
  await readCsv(file, ['tag', 'identifier', 'opt_in', 'consent'], ({ line, cell }) => {
    const key = keyOf(cell('identifier'));
    if (key === undefined) throw new TextError(say.notIdentifier());
    const first = tags.get(key)?.line;
    if (first !== undefined) throw new TextError(say.identifierTwice({ first }));
    if (tags.size >= maxTags) throw new TextError(say.tooManyTags({ max: maxTags }));
    tags.set(key, { tag: cell('tag'), optIn: cell('opt_in'), consent: cell('consent'), line });
  });
  return tags;
}

/** "iBeacon:F7826DA6-…" → "ibeacon:f7826da6…"; undefined if it is none. */
function keyOf(written: string): string | undefined {
  const [name = '', ...rest] = written.split(':');
  const format = TAG_FORMATS.find((known) => known === name.trim().toLowerCase());
  const digits = rest.join('').replace(/[-\s]/g, '').toLowerCase();
  const isHex = /^([0-9a-f]{2})+$/.test(digits) && digits.length <= 2 * maxTagIdBytes;
  return format === undefined || !isHex ? undefined : tagKey({ format, bytes: hexBytes(digits) });
}
