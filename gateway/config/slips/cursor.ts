/** Walks through a file that is read as it was meant: characters become plain, and what was odd about them is noted. */
import type { Text } from '../../../shared/text.ts';
import { codePointOf, isInvisible, isOtherSpace, plain } from './look-alikes.ts';
import { say } from './words.ts';

export interface Slip {
  readonly line: number;
  readonly what: Text;
  /** Where a mended line would not say it. */
  readonly mend?: Text;
}

/** Stands for a character that cannot be seen. */
export const HIDDEN = '\u200b';

export class Cursor {
  protected readonly text: string;
  protected at = 0;
  protected line = 1;
  /** What was read, as it should have been written. */
  protected out = '';
  protected slips: Slip[] = [];

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Copies a comment to the end of its line; false if there is none. */
  protected comment(): boolean {
    const mark = /^(#|\/\/|\/\*|;|--(?=\s)|<!--|REM(?=\s))/i.exec(this.plainRest())?.[0];
    if (mark === undefined) return false;
    const rest = this.rest();
    if (rest.startsWith('#')) this.copyLine();
    else {
      const content = rest.slice(mark.length).replace(/(\*\/|-->)\s*$/, '');
      this.slip(say.commentMark());
      this.out += `# ${content.trim()}`;
      this.at += rest.length;
    }
    return true;
  }

  /** Skips blanks, line ends and comments; whether a line end was among them. */
  protected blankLines(): boolean {
    let hasCrossed = false;
    for (;;) {
      this.blanks();
      if (this.next() === '#') this.comment();
      else if (this.text[this.at] === '\n') {
        this.out += '\n';
        this.at++;
        this.line++;
        hasCrossed = true;
      } else return hasCrossed;
    }
  }

  protected blanks(): void {
    for (let next = this.next(); next === ' ' || next === '\t' || next === '\r'; next = this.next()) {
      this.noteOdd(this.text[this.at] ?? '');
      this.replace(next);
    }
  }

  /** The next character as it was meant, "" at the end of the file. What cannot be seen is skipped. */
  protected next(): string {
    while (isInvisible(this.text[this.at] ?? '')) this.noteOdd(this.text[this.at++] ?? '');
    return plain(this.text[this.at] ?? '');
  }

  protected isAtLineEnd(): boolean {
    const next = this.next();
    return next === '' || next === '\n';
  }

  /** The rest of the line as it is written. */
  protected rest(): string {
    const end = this.text.indexOf('\n', this.at);
    return this.text.slice(this.at, end < 0 ? undefined : end).replace(/\r$/, '');
  }

  /** The same as it was meant, character by character: what cannot be seen is HIDDEN. */
  protected plainRest(): string {
    const rest = this.rest();
    return Array.from({ length: rest.length }, (_, i) => plain(rest[i] ?? '') || HIDDEN).join('');
  }

  /** One character becomes another. */
  protected replace(character: string): void {
    this.noteOdd(this.text[this.at] ?? '');
    this.out += character;
    this.at++;
  }

  protected takePlain(length: number): string {
    const taken = this.text.slice(this.at, this.at + length);
    this.at += length;
    return taken;
  }

  protected copyLine(): void {
    const rest = this.rest();
    this.out += rest;
    this.at += rest.length;
  }

  protected noteOdd(written: string): void {
    for (const character of written) if (plain(character) !== character) this.slip(oddity(character));
  }

  protected slip(what: Text, mend?: Text): void {
    const isKnown = this.slips.some((slip) => slip.what.code === what.code);
    if (!isKnown) this.slips.push({ line: this.line, what, ...(mend === undefined ? {} : { mend }) });
  }
}

function oddity(character: string): Text {
  if (character === '\u3000') return say.wideSpace();
  if (isInvisible(character)) return say.invisible({ code: codePointOf(character) });
  if (isOtherSpace(character)) return say.otherSpace({ code: codePointOf(character) });
  return character >= '\uff01' && character <= '\uff5e' ? say.fullWidth({ character }) : say.lookAlike({ character });
}
