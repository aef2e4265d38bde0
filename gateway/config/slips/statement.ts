/**
 * Reads a configuration as a person meant it, statement by statement: a table's header, or a setting with its value.
 *
 * What TOML would not have is noted as a slip and mended on the way, so that each statement ends as what it should have been.
 * The reader never fails: what it does not understand it copies. Whether the mended statement is TOML is for the real parser to
 * say. An open bracket or quote ends at the line where the next statement begins, which keeps one slip from swallowing the file.
 */
import { Cursor, HIDDEN, type Slip } from './cursor.ts';
import { isQuote, plain } from './look-alikes.ts';
import { meantAtom } from './meant-atom.ts';
import { type Meant, meantString } from './meant-string.ts';
import type { Kind } from './meant-value.ts';
import { say } from './words.ts';

export interface Statement {
  readonly is: 'table' | 'list' | 'setting' | 'other';
  readonly line: number;
  readonly name: string;
  readonly source: string;
  readonly mended: string;
  readonly slips: readonly Slip[];
  /** The parser would take it, and it is wrong all the same. */
  readonly isSurelyWrong: boolean;
}

type Inside = 'line' | 'list' | 'table';

/** The beginning of a line that is a statement of its own, whatever is open above it. */
const HEADER = /^\s*\[{1,2}\s*[A-Za-z][\w.-]*\s*\]{1,2}\s*(#.*)?$/;
/** A table's name between other brackets than TOML's. */
const OTHER_HEADER = /^[({<]\s*[A-Za-z][\w.-]*\s*[)}>]\s*$/;
const SETTING = /^\s*[A-Za-z][\w.-]*\s*=/;
const KEYED = /^\s*("[^"]*"|'[^']*'|[\w.-]+)\s*[=:]/;

export function* statementsOf(text: string, kinds: ReadonlyMap<string, Kind>): Generator<Statement> {
  const reader = new StatementReader(text, kinds);
  while (!reader.isAtEnd) yield reader.read();
}

class StatementReader extends Cursor {
  readonly #kinds: ReadonlyMap<string, Kind>;
  #isSurelyWrong = false;

  constructor(text: string, kinds: ReadonlyMap<string, Kind>) {
    super(text);
    this.#kinds = kinds;
  }

  read(): Statement {
    const [start, line] = [this.at, this.line];
    [this.out, this.slips, this.#isSurelyWrong] = ['', [], false];
    this.blanks();
    const next = this.next();
    const { is, name } = next === '[' || OTHER_HEADER.test(this.plainRest()) ? this.#header() : this.#setting();
    const source = this.text.slice(start, this.at);
    const read = { is, line, name, source, mended: this.out, slips: this.slips, isSurelyWrong: this.#isSurelyWrong };
    if (this.text[this.at] === '\n') this.at++;
    if (this.at > start + source.length) this.line++;
    return read;
  }

  #header(): Pick<Statement, 'is' | 'name'> {
    const [, open = '', written = '', close = ''] =
      /^((?:[[({<]\s*)+)([^\])}>#]*)((?:[\])}>]\s*)*)/.exec(this.plainRest()) ?? [];
    this.noteOdd(this.rest().slice(0, open.length + written.length + close.length));
    this.at += open.length + written.length + close.length;
    const [opened, closed] = [open.replace(/\s/g, ''), close.replace(/\s/g, '')];
    if (closed.length < opened.length) this.slip(say.unclosedBracket({ mark: opened }));
    else if (opened.length < closed.length) this.slip(say.unopenedBracket());
    else if (opened.length > 2 || /[({<]/.test(opened)) this.slip(say.headerBrackets());
    else if (opened.length !== open.trim().length || closed.length !== close.trim().length)
      this.slip(say.headerBrackets());
    return this.#finishHeader(written.trim(), opened.length > 1 || closed.length > 1);
  }

  #finishHeader(name: string, isList: boolean): Pick<Statement, 'is' | 'name'> {
    this.out += isList ? `[[${name}]]` : `[${name}]`;
    if (!this.isAtLineEnd()) this.out += ' ';
    this.#ending();
    return { is: isList ? 'list' : 'table', name };
  }

  #setting(): Pick<Statement, 'is' | 'name'> {
    if (this.comment() || this.isAtLineEnd()) return { is: 'other', name: '' };
    const name = this.#key();
    if (name === undefined) {
      this.copyLine();
      return { is: 'other', name: '' };
    }
    const close = /^\s*(\]+)\s*(?=#|$)/.exec(this.plainRest());
    if (close !== null) {
      this.at += close[0].length;
      this.slip(say.unopenedBracket());
      this.out = this.out.slice(0, -name.length);
      return this.#finishHeader(name, (close[1]?.length ?? 0) > 1);
    }
    this.blanks();
    if (this.isAtLineEnd() || this.next() === '#') {
      this.slip(say.noValue({ name }), say.giveValue({ name }));
      this.#ending();
      return { is: 'setting', name };
    }
    this.#separator();
    this.#valueOrList(name);
    this.#ending();
    return { is: 'setting', name };
  }

  /** A value; several with commas between are a list whose brackets are missing. */
  #valueOrList(name: string): void {
    const start = this.out.length;
    this.#value('line', name);
    const goesOn = /^\s*,\s*(?=[^\s,#])(?!\/\/|\/\*|;|--|[\w"'.-]+\s*[=:])/;
    if (!goesOn.test(this.plainRest())) return;
    this.slip(say.listBrackets());
    while (goesOn.test(this.plainRest())) {
      this.blanks();
      this.replace(',');
      this.blanks();
      this.#value('list', name);
    }
    this.out = `${this.out.slice(0, start)}[${this.out.slice(start)}]`;
  }

  /** The name before a value, as it was meant; undefined if there is none. */
  #key(): string | undefined {
    const rest = this.plainRest();
    if (isQuote(this.next())) {
      if (!/[=:]/.test(rest)) return undefined;
      const before = this.out.length;
      this.#string('line');
      return this.out.slice(before);
    }
    const [words] = /^[\w.\u200b-]+(?:[ \t]+[\w.\u200b-]+)+(?=[ \t]*[=:])/.exec(rest) ?? [];
    const written = words ?? /^[\w.\u200b-]+/.exec(rest)?.[0];
    if (written === undefined || !/^[^-].*[A-Za-z]|^[A-Za-z]/.test(written)) return undefined;
    if (words !== undefined) this.slip(say.blankInName());
    this.noteOdd(this.takePlain(written.length));
    const name = written.replace(/[ \t]+/g, '-').replaceAll(HIDDEN, '');
    this.out += name;
    return name;
  }

  /** From a name to its value. */
  #separator(): void {
    this.blanks();
    const written = /^(?:[=:]+>?|->|[→⇒≔])/.exec(this.plainRest())?.[0] ?? '';
    this.noteOdd(this.takePlain(written.length));
    if (written !== '=') {
      this.slip(say.separator());
      if (!/\s$/.test(this.out)) this.out += ' ';
    }
    this.out += '=';
    if (written !== '=' && !/\s/.test(this.next())) this.out += ' ';
    this.blanks();
  }

  #value(inside: Inside, name: string): void {
    const next = this.next();
    if (this.isAtLineEnd() || next === '#') this.slip(say.noValue({ name }), say.giveValue({ name }));
    else if (isQuote(next)) this.#string(inside);
    else if (next === '[' || next === '(') this.#list(name, next === '(' ? ')' : ']');
    else if (next === '{') {
      if (KEYED.test(this.plainRest().slice(1)) || /^\{\s*(\}|#|$)/.test(this.plainRest())) this.#table();
      else this.#list(name, '}');
    } else this.#atom(inside, name);
  }

  #list(name: string, closing: string): void {
    if (closing !== ']') this.slip(say.listBrackets());
    this.replace('[');
    this.#entries('list', closing, ']', () => this.#value('list', name));
  }

  #table(): void {
    this.replace('{');
    this.#entries('table', '}', '}', () => {
      const name = this.#key();
      if (name === undefined) this.copyLine();
      else {
        this.#separator();
        this.#value('table', name);
      }
    });
  }

  #entries(inside: 'list' | 'table', closing: string, plainClosing: string, entry: () => void): void {
    const opened = this.line;
    for (let needsComma = false; ; ) {
      const [at, line, length] = [this.at, this.line, this.out.length];
      const hasCrossed = this.blankLines();
      const next = this.next();
      const isOver = hasCrossed && this.#isStatement(inside, needsComma);
      if (next === '' || isOver || (inside === 'list' && next === '}' && closing !== '}')) {
        [this.at, this.line, this.out] = [at, line, this.out.slice(0, length)];
        this.slips.push({ line: opened, what: say.unclosedBracket({ mark: plainClosing === ']' ? '[' : '{' }) });
        this.out = `${this.out.trimEnd()}${inside === 'table' ? ' ' : ''}${plainClosing}`;
        return;
      }
      if (next === closing || next === plainClosing) {
        this.replace(plainClosing);
        return;
      }
      if (next === ',' || next === ';' || next === '\u30fb') {
        if (next !== ',') this.slip(say.missingComma());
        this.replace(',');
        needsComma = false;
        continue;
      }
      if (needsComma) {
        this.slip(say.missingComma());
        this.out = `${this.out.slice(0, length)},${this.out.slice(length)}`;
      }
      const before = this.at;
      entry();
      if (this.at === before) this.copyLine();
      needsComma = true;
    }
  }

  #isStatement(inside: 'list' | 'table', needsComma: boolean): boolean {
    const rest = this.plainRest();
    return HEADER.test(rest) || (SETTING.test(rest) && (inside === 'list' || needsComma));
  }

  #string(inside: Inside): void {
    const fence = /^("""|''')/.exec(this.rest())?.[0];
    if (fence !== undefined) this.#longString(fence);
    else {
      const { length, ...meant } = meantString(this.rest(), inside !== 'line');
      this.#isSurelyWrong ||= meant.what?.code === say.invisible({ code: '' }).code;
      this.#meant(meant);
      this.at += length;
    }
  }

  #longString(fence: string): void {
    const end = this.text.indexOf(fence, this.at + fence.length);
    if (end < 0) {
      this.slip(say.unclosedText({ mark: fence }), say.closeText({ mark: fence }));
      this.copyLine();
      return;
    }
    const whole = this.text.slice(this.at, end + fence.length);
    this.out += whole;
    this.at += whole.length;
    this.line += whole.split('\n').length - 1;
  }

  /** A value that was read, with what was wrong about it. */
  #meant({ toml, what, mend }: Meant): void {
    if (what !== undefined) this.slip(what, mend);
    this.out += toml;
  }

  /** A value without quotes and brackets. */
  #atom(inside: Inside, name: string): void {
    const written = this.#atomText(inside);
    this.at += written.length;
    const bare = written.replace(/[\s,;。、]+$/, '');
    const meant = meantAtom(bare, name, this.#kinds.get(name));
    if (meant.what === undefined) this.noteOdd(bare);
    this.#meant(meant);
    if (/[,;。、]/.test(written.slice(bare.length))) this.slip(say.trailing());
    this.out += /\s*$/.exec(written)?.[0] ?? '';
  }

  #atomText(inside: Inside): string {
    const rest = this.rest();
    const line = Array.from(rest, (character) => plain(character) || ' ').join('');
    if (inside !== 'line') {
      const decimalComma = inside === 'table' ? /^-?\d+,\d+(?=\s*[,}])/.exec(line)?.[0] : undefined;
      const end = inside === 'table' ? /^[^,;}#]*/ : /^[^,\]})#;]*/;
      const written = decimalComma ?? end.exec(line)?.[0] ?? '';
      const untilNextName = inside === 'table' ? /^\S.*?(?=\s+[A-Za-z][\w-]*\s*=)/.exec(written)?.[0] : undefined;
      return rest.slice(0, (untilNextName ?? written).length);
    }
    const value = /^.*?(?=\s*#|\s+\/\/|\s+\/\*|\s+--\s|;|$)/.exec(line)?.[0] ?? line;
    const first = /^\S.*?(?=[\s,]+[A-Za-z][\w-]*\s*=\s*\S)/.exec(value)?.[0];
    return rest.slice(0, (first ?? value).length);
  }

  /** What may stand after a statement on its line: a comment. The next statement has a line of its own. */
  #ending(): void {
    this.blanks();
    const extra = /^[,;.:\])}]+(?=\s*$)|^[,.]+(?=\s*(#|\/\/|\/\*|;|--))/.exec(this.plainRest())?.[0] ?? '';
    if (extra !== '') {
      this.noteOdd(this.takePlain(extra.length));
      this.slip(say.trailing());
      this.blanks();
    }
    if (this.isAtLineEnd() || this.comment()) return;
    const gap = /^[,;\s]*(?=[A-Za-z"][\w"-]*\s*=\s*\S)/.exec(this.plainRest());
    if (gap === null) this.copyLine();
    else {
      this.takePlain(gap[0].length);
      this.slip(say.twoOnLine(), say.writeTwo({ first: this.out.trim(), second: this.rest().trim() }));
      this.#isSurelyWrong = true;
    }
  }
}
