import * as v from 'valibot';
import { duration } from '../../shared/duration.ts';
import { flag, must, setting, text, whole } from '../../shared/setting.ts';
import { isOfItsKind, nodeEntries } from './lora-node.ts';
import { prefixEntry } from './prefixed-nodes.ts';
import { say } from './words.ts';

/** The longest packet (E220-900T22S(JP) data sheet, REG1 bits 7 and 6: 200 bytes). */
export const maxDataBytes = 200;

export const e220Options = v.pipe(
  v.object({
    prefix: prefixEntry,
    ...nodeEntries,
    frameBytes: v.optional(setting(whole(1, maxDataBytes), say.frameBytes())),
    gapMs: v.optional(setting(duration(20, 10_000), say.gap()), '100ms'),
    rssiByte: v.optional(setting(flag, say.rssiByte()), true),
    registers: v.optional(
      setting(v.pipe(text, v.regex(/^([0-9a-fA-F]{2}){6}$/, must(say.mustBeRegisters()))), say.registers()),
    ),
  }),
  v.check((node) => isOfItsKind(node), must(say.mustMapKind())),
  v.check(
    ({ registers, rssiByte }) =>
      registers === undefined || Number.parseInt(registers.slice(10), 16) >= 0x80 === rssiByte,
    must(say.mustAgree()),
  ),
);

export type E220Options = v.InferOutput<typeof e220Options>;
