/** The settings of a device type, for whoever chooses it by hand. */
import * as v from 'valibot';
import type { DeviceType } from '../../devices/device-type.ts';
import { meaningOf } from '../../shared/setting.ts';
import { fileName } from '../config/case.ts';
import { entriesOf } from '../config/schema-walk.ts';
import type { TypeFound } from './answers.ts';

/** By their names in the file. Required is what cannot be left out. */
export function settingsOfType({
  options,
  decodeOnly = [],
}: Pick<DeviceType, 'options' | 'decodeOnly'>): TypeFound['settings'] {
  return Object.entries(entriesOf(options)).flatMap(([key, schema]) => {
    if (decodeOnly.includes(key)) return [];
    const meaning = meaningOf(schema);
    return [
      { name: fileName(key, schema), ...(meaning !== undefined && { meaning }), isRequired: !v.is(schema, undefined) },
    ];
  });
}
