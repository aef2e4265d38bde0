/** A device's options as the words of a command line, `decode --option mounting-height-m=6.5`, which reads them back as they are. */
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import type { Place } from '../../devices/device-type.ts';
import { fileName } from './case.ts';
import { entriesOf, memberOf } from './schema-walk.ts';
import type { DeviceConfig } from './settings.ts';

export interface OptionWords {
  readonly options: readonly string[];
  /** Names of options that differ from the usual ones and cannot be written so. */
  readonly unwritten: readonly string[];
}

/** Only what differs from the type's usual options. `transport`: of the line that was recorded. */
export function optionWords(
  { deviceType, options: configured, profileName }: Pick<DeviceConfig, 'deviceType' | 'options' | 'profileName'>,
  transport: Place['transport'],
): OptionWords {
  const { options: schema, decodeOnly = [] } = deviceType;
  const parsed = deviceType.recorded?.(configured, transport) ?? configured;
  const options: string[] = [];
  const unwritten: string[] = [];
  for (const [key, entry] of Object.entries(entriesOf(schema))) {
    const value = memberOf(parsed, key);
    const name = fileName(key, entry);
    if (value === undefined || decodeOnly.includes(key) || gives(entry, undefined, value)) continue;
    if (key === 'profile' && profileName !== undefined) {
      options.push(`profile=${profileName}`);
      continue;
    }
    const written = formsOf(value).find((form) => gives(entry, form, value));
    if (written === undefined) unwritten.push(name);
    else options.push(`${name}=${JSON.stringify(written)}`);
  }
  return { options, unwritten };
}

/** As it may have been written: a length of time has become milliseconds. */
function formsOf(value: unknown): readonly unknown[] {
  return typeof value === 'number' ? [value, `${value}ms`] : [value];
}

function gives(schema: v.GenericSchema, written: unknown, value: unknown): boolean {
  const read = v.safeParse(schema, written);
  return read.success && isDeepStrictEqual(read.output, value);
}
