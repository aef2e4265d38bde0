/** Whether a hub may look for an operator's tags by its patterns, or would seal what strangers carry to it. */
import { type Breadth, breadthOf } from '../../shared/enrolment/breadth.ts';
import type { Operator } from '../../shared/enrolment/operators.ts';
import { MachimoriError } from '../../shared/errors.ts';
import { listed, type Text } from '../../shared/text.ts';
import { say } from './words.ts';

/**
 * What of strangers' its patterns fit; none if they fit its tags alone. `allDevices`: that is meant.
 * Throws a MachimoriError "pattern-refused" or "pattern-wide".
 */
export function strangersOf({ id, patterns }: Pick<Operator, 'id' | 'patterns'>, allDevices: boolean): readonly Text[] {
  const wide = patterns.flatMap((pattern, i) => {
    const breadth = breadthOf(pattern);
    return breadth === undefined
      ? []
      : [{ ...breadth, text: say.patternFits({ number: i + 1, strangers: breadth.strangers }) }];
  });
  const refused = wide.filter(({ isRefused }: Breadth) => isRefused).map(({ text }) => text);
  if (refused.length > 0) {
    throw new MachimoriError('pattern-refused', { what: listed(refused), on: id, hint: say.narrowPattern() });
  }
  const texts = wide.map(({ text }) => text);
  if (texts.length > 0 && !allDevices) {
    throw new MachimoriError('pattern-wide', { what: listed(texts), on: id, hint: say.meanAllDevices() });
  }
  return texts;
}
