/**
 * `text`: a display board on a serial or TCP line of its own. It gets a text when the output goes on and another when it goes off, with the
 * control characters that its maker wants. `{place}`, `{device}` and `{alarm}` stand for those of the alarm.
 */
import * as v from 'valibot';
import { TextError } from '../../shared/errors.ts';
import { filled, id, must, oneOf, setting } from '../../shared/setting.ts';
import type { Text } from '../../shared/text.ts';
import { fault } from '../words/fault.ts';
import { CHARACTER_SETS, encodeIn } from './character-sets.ts';
import { commonOutputSettings, filledIn, type Output, type OutputType } from './output.ts';
import { say } from './words.ts';

const maxText = 2_000;
const boardText = v.pipe(filled, v.maxLength(maxText, must(say.textTooLong({ max: maxText }))));

const settings = v.strictObject({
  ...commonOutputSettings,
  type: setting(v.literal('text'), say.text()),
  port: setting(id, say.port()),
  text: setting(boardText, say.onText({ place: '{place}', device: '{device}', alarm: '{alarm}' })),
  endText: setting(boardText, say.endText()),
  characterSet: v.optional(setting(oneOf(CHARACTER_SETS), say.characterSet()), 'utf-8'),
});

export const textType: OutputType<typeof settings> = {
  name: 'text',
  settings,
  hasPort: true,
  shows: true,
  check: ({ text, endText, characterSet }, path) =>
    (
      [
        ['text', text],
        ['endText', endText],
      ] as const
    ).flatMap(([key, each]) =>
      encodeIn(characterSet, each) === undefined
        ? [fault([...path, key], say.notInSet({ set: characterSet }), say.otherSet())]
        : [],
    ),
  open: ({ text, endText, characterSet }, { port }) => {
    let why: Text = say.lineNotOpen();
    let isOpen = false;
    const output: Output = {
      async run(signal) {
        await port?.run(
          {
            opened: () => {
              isOpen = true;
            },
            bytes: () => {},
            closed: (reason) => {
              isOpen = false;
              why = reason;
            },
          },
          signal,
        );
      },
      async set(order) {
        if (!isOpen) throw new TextError(why);
        const shown = order.on ? filledIn(text, order) : endText;
        // A name from outside may have characters that the board lacks: the rest is shown.
        await port?.write(encodeIn(characterSet, shown, '?') ?? new Uint8Array());
      },
    };
    return output;
  },
};
