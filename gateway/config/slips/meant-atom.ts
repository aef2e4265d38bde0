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
  const text = written.replace(/^["']|["']$/g, '');
  return { toml: quotedText(text), what: text === written ? say.needsQuotes() : say.unopenedQuote() };
}

function whatIsWrong(word: string, plain: string, meant: string) {
  if (meant === 'true' || meant === 'false') return say.notFlag({ word });
  if (meant.startsWith('"')) return say.unitNeedsQuotes();
  return /[^\d.,_\s+-]/.test(plain) ? say.unitInNumber() : say.notNumber({ word });
}
