import * as v from 'valibot';
import { isOfItsKind, NOT_OF_ITS_KIND, nodeEntries } from './lora-node.ts';
import { setUpOption } from './modem-commands.ts';

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
    ...nodeEntries,
    setUp: setUpOption({
      example: 'AT+NETWORKID=18',
      forbidden: /^AT\+(RESET|FACTORY)/i,
      why: 'must not restart the modem: these commands are sent after each start',
    }),
  }),
  v.check((node) => isOfItsKind(node), NOT_OF_ITS_KIND),
);

export type RylrOptions = v.InferOutput<typeof rylrOptions>;
