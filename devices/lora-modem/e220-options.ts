import * as v from 'valibot';
import { duration } from '../../shared/duration.ts';
import { isOfItsKind, NOT_OF_ITS_KIND, nodeEntries } from './lora-node.ts';
import { prefixEntry } from './prefixed-nodes.ts';

/** The longest packet (E220-900T22S(JP) data sheet, REG1 bits 7 and 6: 200 bytes). */
export const maxDataBytes = 200;

export const e220Options = v.pipe(
  v.object({
    prefix: prefixEntry,
    ...nodeEntries,
    frameBytes: v.optional(
      v.pipe(
        v.number(),
        v.integer(),
        v.minValue(1),
        v.maxValue(maxDataBytes),
        v.description(
          'How many bytes every packet of the whole port has, if all have the same; without it a silence of "gap" ends one.',
        ),
      ),
    ),
    gap: v.optional(
      v.pipe(
        duration(20, 10_000),
        v.description(
          'The silence on the serial line that ends a packet, for the whole port: that of the first device.',
        ),
      ),
      '100ms',
    ),
    rssiByte: v.optional(
      v.pipe(
        v.boolean(),
        v.description(
          'Whether the module adds a byte for the signal to each packet (REG3 bit 7), for the whole port: that of the first device.',
        ),
      ),
      true,
    ),
    registers: v.optional(
      v.pipe(
        v.string(),
        v.regex(
          /^([0-9a-fA-F]{2}){6}$/,
          'must be ADDH, ADDL, REG0, REG1, REG2 and REG3 in hexadecimal: "000068010080"',
        ),
        v.description(
          'The registers 00H to 05H in hexadecimal that the module shall have; only for a module whose M0 and M1 are set to configuration mode when the port opens: any other sends the question on the air.',
        ),
      ),
    ),
  }),
  v.check((node) => isOfItsKind(node), NOT_OF_ITS_KIND),
  v.check(
    ({ registers, rssiByte }) =>
      registers === undefined || Number.parseInt(registers.slice(10), 16) >= 0x80 === rssiByte,
    'registers and rssi-byte do not agree: bit 7 of REG3, the last register, switches the RSSI byte on',
  ),
);

export type E220Options = v.InferOutput<typeof e220Options>;
