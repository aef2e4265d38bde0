/** What a sensor of any make tells: named values, as the rig's file lists them. */
import * as v from 'valibot';
import { filled, setting, whole } from '../../../shared/setting.ts';
import { someOf } from '../common-settings.ts';
import type { Quantity, Sense } from '../quantity.ts';
import { type SenseSettings, senseSettings } from '../senses.ts';
import { say } from './words.ts';

const maxFields = 32;

const field = v.strictObject({
  quantity: setting(filled, say.fieldQuantity()),
  value: v.optional(setting(senseSettings, say.fieldValue()), { is: 'constant', value: 0 }),
  digits: v.optional(setting(whole(0, 9), say.fieldDigits()), 2),
  unit: v.optional(setting(filled, say.fieldUnit())),
});
export type Field = v.InferOutput<typeof field>;

export const fields = someOf(field, maxFields);

/** The senses of the fields, by quantity. */
export function fieldWorlds(
  list: readonly Field[],
  open: (settings: SenseSettings, quantity: string) => Sense,
): Readonly<Record<string, Sense>> {
  return Object.fromEntries(list.map(({ quantity, value }) => [quantity, open(value, quantity)]));
}

/** The values at a moment, each with its digits; without those that nothing was sensed of. */
export function valuesAt(
  list: readonly Field[],
  quantities: Readonly<Record<string, Quantity>>,
  seconds: number,
): readonly (readonly [quantity: string, text: string])[] {
  return list.flatMap(({ quantity, digits }) => {
    const value = quantities[quantity]?.at(seconds);
    return value === undefined ? [] : [[quantity, value.toFixed(digits)] as const];
  });
}

export function jsonOf(values: ReturnType<typeof valuesAt>): string {
  return `{${values.map(([quantity, text]) => `${JSON.stringify(quantity)}:${text}`).join(',')}}`;
}

/** How a gateway's profile names the fields. */
export function profileFields(list: readonly Field[]): readonly Readonly<Record<string, unknown>>[] {
  return list.map(({ quantity, unit }) => ({ from: quantity, quantity, ...(unit !== undefined && { unit }) }));
}
