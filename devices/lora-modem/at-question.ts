/** Questions of AT commands, which change nothing. */
import { latin1Bytes, latin1Of } from '../framing/latin1.ts';
import type { Question } from '../signature.ts';

/** Every modem answers it, each in its own words. */
const KNOCK = latin1Bytes('AT\r\n');

/** `answer`: a line of the answer, without its end. */
export function atQuestion(command: string, answer: RegExp): Question {
  return {
    bytes: latin1Bytes(`${command}\r\n`),
    knock: KNOCK,
    isAnswer: (bytes) =>
      latin1Of(bytes)
        .split(/[\r\n]+/)
        .some((line) => answer.test(line)),
  };
}
