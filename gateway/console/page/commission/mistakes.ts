/** What is wrong with what was entered, a sentence each. What only the gateway can know, it says before anything is written. */
import type { Text } from '../../../../shared/text.ts';
import type { Draft } from './draft.ts';
import { say } from './words.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export function mistakesOfPlace(
  draft: Draft,
  taken: readonly string[],
  required: ReadonlyMap<string, Text>,
): readonly Text[] {
  const { id, mountingHeight, settings, isWritten } = draft;
  const found: Text[] = [];
  if (!NAME.test(id)) found.push(say.badName());
  else if (taken.includes(id) && !isWritten && !draft.isBegun) found.push(say.nameTaken());
  if (needsHeight(draft, required) && !isNumber(mountingHeight)) found.push(say.needHeight());
  for (const [name, meaning] of required) {
    if (name !== 'mounting-height-m' && (settings[name] ?? '').trim() === '')
      found.push(say.needSetting({ name: meaning }));
  }
  return found;
}

export function needsHeight({ chosen }: Draft, required: ReadonlyMap<string, Text>): boolean {
  return required.has('mounting-height-m') || 'mounting-height-m' in (chosen?.device ?? {});
}

export function mistakesOfLevels({ levels, clearBelow, mountingHeight, chosen }: Draft): readonly Text[] {
  const found: Text[] = [];
  const sensor =
    chosen !== undefined && 'mounting-height-m' in chosen.device ? Number(mountingHeight) : Number.POSITIVE_INFINITY;
  let lower: { readonly level: number; readonly raise: number } | undefined;
  for (const [i, text] of levels.entries()) {
    if (text.trim() === '') continue;
    const level = i + 1;
    if (!isNumber(text)) {
      found.push(say.notNumber({ level }));
      continue;
    }
    const raise = Number(text);
    if (lower !== undefined && raise <= lower.raise) found.push(say.notAscending({ upper: level, lower: lower.level }));
    if (raise >= sensor) found.push(say.aboveSensor({ level }));
    lower = { level, raise };
  }
  if (!(isNumber(clearBelow) && Number(clearBelow) > 0)) found.push(say.badMargin());
  return found;
}

export function isNumber(text: string): boolean {
  return /^[+-]?\d+(\.\d+)?$/.test(text.trim());
}
