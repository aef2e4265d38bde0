/**
 * `modbus-coil`: one relay of a Modbus relay board, on a line of its own.
 *
 * A coil is written with function 5 and the board echoes the request (MODBUS Application Protocol V1.1b3 §6.5); what is not echoed within
 * `answerWithinMs` is written again, `maxTries` times in all. Every `againMs` it is written anew, so that a board that lost its power
 * in between does what it should.
 */
import * as v from 'valibot';
import { encodeCoilWrite, type Framing } from '../../devices/modbus/adu.ts';
import { TextError } from '../../shared/errors.ts';
import { toHex } from '../../shared/hex.ts';
import { id, oneOf, setting, whole } from '../../shared/setting.ts';
import { commonOutputSettings, type Output, type OutputType } from './output.ts';
import { say } from './words.ts';

const answerWithinMs = 1_000;
const maxTries = 3;
const FRAMINGS = ['rtu', 'tcp'] as const satisfies readonly Framing[];
/** Longer than any answer. */
const maxAnswerBytes = 64;

const settings = v.strictObject({
  ...commonOutputSettings,
  type: setting(v.literal('modbus-coil'), say.modbusCoil()),
  port: setting(id, say.port()),
  framing: v.optional(setting(oneOf(FRAMINGS), say.framing()), 'rtu'),
  unit: setting(whole(1, 247), say.unit()),
  coil: setting(whole(0, 65_535), say.coil()),
});

export const modbusCoilType: OutputType<typeof settings> = {
  name: 'modbus-coil',
  settings,
  hasPort: true,
  open: ({ unit, coil, framing }, { port, clock }) => {
    let heard = '';
    let arrived: () => void = () => {};
    let transaction = 0;
    const output: Output = {
      async run(signal) {
        await port?.run(
          {
            opened: () => {
              heard = '';
            },
            bytes: (chunk) => {
              heard = `${heard}${toHex(chunk)}`.slice(-2 * maxAnswerBytes);
              arrived();
            },
            closed: () => {},
          },
          signal,
        );
      },
      async set({ on }, signal) {
        for (let tries = 1; tries <= maxTries && !signal.aborted; tries++) {
          transaction = (transaction + 1) % 65_536;
          const frame = encodeCoilWrite({ unit, address: coil, on }, framing, transaction);
          const awaited = toHex(frame);
          heard = '';
          const wait = new AbortController();
          arrived = () => {
            if (heard.includes(awaited)) wait.abort();
          };
          await port?.write(frame);
          await clock.sleep(answerWithinMs, AbortSignal.any([signal, wait.signal]));
          if (heard.includes(awaited)) return;
        }
        throw new TextError(say.noEcho({ unit }));
      },
    };
    return output;
  },
};
