import * as v from 'valibot';
import { hasQuantitiesOf, PROFILE_KINDS, QUANTITIES_OF_KINDS, quantityName } from '../kind-quantities.ts';
import { LPP_NAMES } from './cayenne-lpp.ts';

const maxCommands = 32;
const maxMapped = 256;

const mapping = v.strictObject({
  channel: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255), v.description('The LPP channel.')),
  type: v.optional(
    v.pipe(
      v.picklist(LPP_NAMES),
      v.description('Which of the channel\'s values, such as "temperature" or "lat"; needed where it has several.'),
    ),
  ),
  quantity: v.pipe(quantityName, v.description('The quantity that it is.')),
});

export const rylrOptions = v.pipe(
  v.object({
    address: v.optional(
      v.pipe(
        v.number(),
        v.integer(),
        v.minValue(0),
        v.maxValue(65_535),
        v.description('The address of the node that sends; without it the device stands for every other node.'),
      ),
    ),
    payload: v.optional(
      v.pipe(
        v.picklist(['lpp', 'lpp-hex']),
        v.description('How the node writes its data: Cayenne LPP as bytes, or as hexadecimal text.'),
      ),
      'lpp',
    ),
    map: v.optional(
      v.pipe(
        v.array(mapping),
        v.maxLength(maxMapped),
        v.description('Which LPP channels are which quantities; the others are called by type and channel.'),
      ),
      [],
    ),
    kind: v.optional(
      v.pipe(v.picklist(PROFILE_KINDS), v.description('The kind of reading that the mapped quantities make.')),
      'measurement',
    ),
    setUp: v.optional(
      v.pipe(
        v.array(
          v.pipe(
            v.string(),
            v.regex(/^AT\+[\x20-\x7e]{1,120}$/, 'must be an AT command such as "AT+NETWORKID=18"'),
            v.check(
              (command) => !/^AT\+(RESET|FACTORY)/i.test(command),
              'must not restart the modem: these commands are sent after each start',
            ),
          ),
        ),
        v.maxLength(maxCommands),
        v.description('AT commands that set the modem up, for the whole port: those of the first device that has any.'),
      ),
      [],
    ),
  }),
  v.check(
    ({ kind, map }) => hasQuantitiesOf(kind, (quantity) => map.some((m) => m.quantity === quantity)),
    `map must give the quantities of the kind: ${QUANTITIES_OF_KINDS}`,
  ),
);

export type RylrOptions = v.InferOutput<typeof rylrOptions>;
