/**
 * What an operator hands in to a hub: who it is, why and how long, its public key, and what its tags have in common. TOML or JSON, with
 * the same names. Nothing is thrown for bad content: every fault is found in one go, with its line and how to mend it.
 */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { duration } from '../../shared/duration.ts';
import { fromBase64url } from '../../shared/enrolment/base64url.ts';
import { maxPatterns, maxRetentionMs, operatorId } from '../../shared/enrolment/operators.ts';
import { patternSchema } from '../../shared/enrolment/pattern.ts';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import { listOf, must, setting, table, textUpTo } from '../../shared/setting.ts';
import { isPrintable, LANGUAGES } from '../../shared/text.ts';
import { type Fault, fault, type LocatedFault } from '../words/fault.ts';
import { camelKeys, toKebab } from './case.ts';
import { checkSettings } from './issues.ts';
import { readJsonLines } from './json-lines.ts';
import { say } from './operator-words.ts';
import { readToml } from './toml.ts';

const oneLine = v.pipe(textUpTo(500), v.check(isPrintable, must(say.mustBeOneLine())));
const both = table(v.entriesFromList(LANGUAGES, oneLine));

const operatorFile = v.strictObject({
  id: setting(operatorId, say.id()),
  name: setting(both, say.name()),
  purpose: setting(both, say.purpose()),
  retentionMs: setting(duration(60_000, maxRetentionMs), say.retention()),
  publicKey: setting(
    v.pipe(v.string(must(say.mustBeKey())), v.check(is32Bytes, must(say.mustBeKey()))),
    say.publicKey(),
  ),
  pattern: setting(
    v.pipe(listOf(patternSchema, maxPatterns), v.minLength(1, must(say.mustHavePattern()))),
    say.pattern(),
  ),
});

/** As the control socket takes it: the key in base64url. */
export interface HandedIn extends Omit<v.InferOutput<typeof operatorFile>, 'pattern'> {
  readonly patterns: v.InferOutput<typeof operatorFile>['pattern'];
}

export type OperatorFileResult =
  | { readonly ok: true; readonly operator: HandedIn }
  | { readonly ok: false; readonly faults: readonly LocatedFault[] };

const maxBytes = 1024 * 1024;

/** Throws a MachimoriError "file-unreadable" if the file itself cannot be read. */
export function readOperatorFile(file: string): OperatorFileResult {
  let text: string;
  try {
    const bytes = readFileSync(file);
    if (bytes.length > maxBytes) throw new RangeError(`${bytes.length} > ${maxBytes}`);
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new MachimoriError('file-unreadable', {
      what: say.unreadable({ why: messageOf(cause) }),
      on: file,
      hint: say.nameFile(),
      cause,
    });
  }
  const read = file.endsWith('.json') ? readJsonLines(text) : readToml(text);
  if (!read.ok) {
    return {
      ok: false,
      faults: [{ ...fault([], say.notRead({ why: read.why }), say.correctLine()), file, line: read.line }],
    };
  }
  const checked = checkSettings(operatorFile, withPlainIds(camelKeys(read.values)), []);
  if (checked.ok) {
    const { pattern: patterns, ...rest } = checked.output;
    return { ok: true, operator: { ...rest, patterns } };
  }
  const located = (found: Fault): LocatedFault => ({
    ...found,
    file,
    line: read.lineOf(found.path.map((key) => (typeof key === 'string' ? toKebab(key) : key))),
  });
  return { ok: false, faults: checked.faults.map(located).sort((a, b) => a.line - b.line) };
}

/** Identifiers of patterns as people copy them, "F7826DA6-4FA2-…", in plain digits. */
function withPlainIds(values: unknown): unknown {
  const pattern = typeof values === 'object' && values !== null ? Reflect.get(values, 'pattern') : undefined;
  if (typeof values !== 'object' || !Array.isArray(pattern)) return values;
  const plain = (key: string, value: unknown) =>
    ['uuid', 'organisation', 'namespace', 'match'].includes(key) && typeof value === 'string'
      ? value.replace(/[-: ]/g, '').toLowerCase()
      : value;
  const plainPattern = (each: unknown) =>
    typeof each === 'object' && each !== null
      ? Object.fromEntries(Object.entries(each).map(([key, value]) => [key, plain(key, value)]))
      : each;
  return { ...values, pattern: pattern.map(plainPattern) };
}

function is32Bytes(text: string): boolean {
  return fromBase64url(text)?.length === 32;
}
