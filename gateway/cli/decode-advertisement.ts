/**
 * `machimori decode ble-advertisement`: what Bluetooth LE advertisements say, one JSON object a line for each line of hexadecimal AD
 * structures that is neither empty nor a comment (#).
 */
import { describeAdvertisement } from '../../devices/ble/describe.ts';
import type { Text } from '../../shared/text.ts';
import { LineAnswers } from './line-answers.ts';
import type { Terminal } from './terminal.ts';
import { say } from './words/decode.ts';

/** The longest advertisement has 1,650 bytes (Core Spec Vol 6 Part B §2.3.4.9), and blanks may stand between digits. */
const maxLineBytes = 8_192;

export function advertisementDecoding(terminal: Terminal): LineAnswers {
  return new LineAnswers(maxLineBytes, terminal, answerTo);
}

function answerTo(line: Uint8Array): object | Text | undefined {
  const digits = Buffer.from(line).toString('latin1').replace(/\s+/g, '');
  if (digits === '' || digits.startsWith('#')) return undefined;
  if (digits.length % 2 !== 0 || /[^0-9a-fA-F]/.test(digits)) return say.noHexLine();
  return describeAdvertisement(Buffer.from(digits, 'hex'));
}
