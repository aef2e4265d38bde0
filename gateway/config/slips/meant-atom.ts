/** The value that was meant by something without quotes and brackets. */
import { isStrictToml } from '../toml.ts';
import { plainText } from './look-alikes.ts';
import { type Meant, quotedText } from './meant-string.ts';
import { isNothing, type Kind, meantValue } from './meant-value.ts';
import { say } from './words.ts';

export function meantAtom(written: string, name: string, kind: Kind | undefined): Meant {
  const plain = plainText(written);
  if (isStrictToml(`x = ${plain}`)) return { toml: plain };
  const meant = meantValue(written, kind);
  if (meant !== undefined) return { toml: meant, what: whatIsWrong(written, plain, meant) };
  if (isNothing(written) && kind !== 'text') {
    const line = `# ${name} = ${written}`;
    return { toml: written, what: say.noNothing({ word: written }), mend: say.leaveOut({ line }) };
  }
  if (kind === 'number') return onlyNumberIn(plain, written, name);
  if (kind === 'flag') return { toml: written, what: say.notFlag({ word: written }), mend: say.writeFlag({ name }) };
  const text = written.replace(/^["']|["']$/g, '');
  return { toml: quotedText(text), what: text === written ? say.needsQuotes() : say.unopenedQuote() };
}

/** The number among words, if there is one. */
function onlyNumberIn(plain: string, word: string, name: string): Meant {
  const numbers = plain.match(/-?\d+(\.\d+)?/g) ?? [];
  const what = say.notNumber({ word });
  const isPart = /\d\s*[kM](?![A-Za-z])/.test(plain);
  return numbers[0] !== undefined && numbers.length === 1 && !isPart
    ? { toml: numbers[0], what }
    : { toml: word, what, mend: say.writeNumber({ name }) };
}

function whatIsWrong(word: string, plain: string, meant: string) {
  if (meant === 'true' || meant === 'false') return say.notFlag({ word });
  if (meant.startsWith('"')) return say.unitNeedsQuotes();
  return /[^\d.,_\s+-]/.test(plain) ? say.unitInNumber() : say.notNumber({ word });
}
