/**
 * An answer for each line of a file, as one JSON object a line; where a line is wrong, {"error":"…"}.
 *
 * Promise: the answers come in the order of the lines. Bounds: lines of `maxLineBytes`; each piece of a longer one is an error.
 */
import type { Frame } from '../../devices/device-type.ts';
import { LineFramer } from '../../devices/framing/line-framer.ts';
import type { Text } from '../../shared/text.ts';
import type { Terminal } from './terminal.ts';
import { say } from './words/decode.ts';

/** What a line says, or what is wrong with it; undefined if it asks nothing. */
export type AnswerLine = (line: Uint8Array) => object | Text | undefined;

export class LineAnswers {
  readonly #maxLineBytes: number;
  readonly #terminal: Terminal;
  readonly #answerTo: AnswerLine;
  readonly #lines: LineFramer;
  #asked = 0;
  #wrong = 0;

  constructor(maxLineBytes: number, terminal: Terminal, answerTo: AnswerLine) {
    this.#maxLineBytes = maxLineBytes;
    this.#terminal = terminal;
    this.#answerTo = answerTo;
    this.#lines = new LineFramer(maxLineBytes);
  }

  bytes(chunk: Uint8Array): void {
    this.#take(this.#lines.push(chunk));
  }

  /** Why nothing came of it, if lines asked and each was wrong. */
  end(): Text | undefined {
    this.#take(this.#lines.end());
    return this.#asked > 0 && this.#wrong === this.#asked ? say.noLineDecoded({ count: this.#asked }) : undefined;
  }

  #take(lines: readonly Frame[]): void {
    const { language } = this.#terminal;
    for (const { ok, bytes } of lines) {
      const answer = ok ? this.#answerTo(bytes) : say.longLine({ max: this.#maxLineBytes });
      if (answer === undefined) continue;
      this.#asked++;
      if (isText(answer)) this.#wrong++;
      this.#terminal.writeJson(JSON.stringify(isText(answer) ? { error: answer[language] } : answer));
    }
  }
}

function isText(answer: object | Text): answer is Text {
  return 'en' in answer && 'ja' in answer;
}
