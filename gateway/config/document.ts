/**
 * A file of ours as TOML: what is wrong with its bytes or its syntax is told with its line, as it was meant and as it should be written,
 * before anything is looked up in it.
 */
import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { codeOf, MachimoriError, messageOf } from '../../shared/errors.ts';
import { fault, type LocatedFault } from '../words/fault.ts';
import { diagnose } from './slips/diagnose.ts';
import { SURELY_HIDDEN } from './slips/look-alikes.ts';
import type { Kind } from './slips/meant-value.ts';
import { readToml } from './toml.ts';
import { maxTomlDepth } from './toml-depth.ts';
import { say } from './words.ts';

type Refused = { readonly ok: false; readonly faults: readonly LocatedFault[] };

/** The text of a file, without a byte order mark. Throws a MachimoriError "config-unreadable" if the file itself cannot be read. */
export function readText(
  file: string,
  beginWith = say.beginWith(),
): { readonly ok: true; readonly text: string } | Refused {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw unreadable(file, cause, beginWith);
  }
  if (isUtf16(bytes)) return { ok: false, faults: [{ ...fault([], say.utf16(), say.saveFromUtf16()), file, line: 1 }] };
  const line = lineNotUtf8(bytes);
  if (line === undefined) return { ok: true, text: bytes.toString('utf8').replace(/^\ufeff/, '') };
  return { ok: false, faults: [{ ...fault([], say.notUtf8(), say.saveAsUtf8()), file, line }] };
}

/** Why a file cannot be read, and what to do. */
export function unreadable(file: string, cause: unknown, beginWith = say.beginWith()): MachimoriError {
  return new MachimoriError('config-unreadable', {
    what: say.unreadable({ why: messageOf(cause) }),
    on: file,
    hint: codeOf(cause) === 'ENOENT' ? beginWith : say.mustBeReadable(),
    cause,
  });
}

/** `kinds` tells what kind of value each setting takes, by its name. */
export function readDocument(
  text: string,
  file: string,
  kinds: () => ReadonlyMap<string, Kind>,
): Extract<ReturnType<typeof readToml>, { ok: true }> | Refused {
  const toml = readToml(text);
  if (!toml.ok && toml.isTooDeep) {
    const { line } = toml;
    return { ok: false, faults: [{ ...fault([], say.tooDeep({ max: maxTomlDepth }), say.flatten()), file, line }] };
  }
  const slips = toml.ok && !SURELY_HIDDEN.test(text) ? [] : diagnose(text, kinds());
  if (slips.length === 0 && toml.ok) return toml;
  const unknown = toml.ok ? [] : [{ line: toml.line, what: say.notToml({ why: toml.why }), mend: say.tomlHint() }];
  const faults = slips.length > 0 ? slips : unknown;
  return { ok: false, faults: faults.map(({ line, what, mend }) => ({ ...fault([], what, mend), file, line })) };
}

/** By its byte order mark, or because every other byte of its Latin letters is 0. A byte 0 here and there is something else. */
function isUtf16(bytes: Buffer): boolean {
  if (/^(fffe|feff)/.test(bytes.toString('hex', 0, 2))) return true;
  const zeros = [0, 0];
  for (const [i, byte] of bytes.entries()) if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [few = 0, many = 0] = zeros.toSorted((a, b) => a - b);
  return many > bytes.length / 4 && few < many / 4;
}

/** The first line, counted from 1, that is not UTF-8. */
function lineNotUtf8(bytes: Buffer): number | undefined {
  if (isUtf8(bytes)) return undefined;
  const lines = bytes.toString('latin1').split('\n');
  return lines.findIndex((line) => !isUtf8(Buffer.from(line, 'latin1'))) + 1;
}
