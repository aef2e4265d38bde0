/** The settings of a serial line, as `record` and `replay` are given them. */
import { oneOfWords, wholeNumberOf } from './values.ts';

interface Words {
  readonly baud: string;
  readonly 'data-bits': string;
  readonly parity: string;
  readonly 'stop-bits': string;
}

export interface SerialLine {
  readonly baud: number;
  readonly dataBits: 5 | 6 | 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
  readonly flowControl: false;
}

/** Throws a UsageError. */
export function serialLineOf(words: Words): SerialLine {
  const dataBits = oneOfWords('--data-bits', words['data-bits'], ['5', '6', '7', '8']);
  return {
    baud: wholeNumberOf('--baud', words.baud, 300, 4_000_000),
    dataBits: ({ 5: 5, 6: 6, 7: 7, 8: 8 } as const)[dataBits],
    parity: oneOfWords('--parity', words.parity, ['none', 'even', 'odd']),
    stopBits: oneOfWords('--stop-bits', words['stop-bits'], ['1', '2']) === '1' ? 1 : 2,
    flowControl: false,
  };
}

/** "9600 8N1" */
export function writtenLine({ baud, dataBits, parity, stopBits }: SerialLine): string {
  return `${baud} ${dataBits}${parity.slice(0, 1).toUpperCase()}${stopBits}`;
}
