/** What every device type promises about its settings: they explain themselves, and a file can set all of them. */
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { DEVICE_TYPES } from '../../devices/catalogue.ts';
import { toCamel, toKebab } from '../../gateway/config/case.ts';
import { entriesOf } from '../../gateway/config/schema-walk.ts';
import { meaningOf } from '../../shared/setting.ts';
import { DEVICE_SAMPLES } from './device-samples.ts';

type Schema = v.GenericSchema;

/** Every setting of a schema with its path, also those within tables, lists of tables and alternatives. */
function settingsIn(schema: Schema, path = ''): readonly { readonly path: string; readonly setting: Schema }[] {
  // What valibot's own schemas call their parts.
  if ('wrapped' in schema) return settingsIn(schema.wrapped as Schema, path);
  if ('item' in schema) return settingsIn(schema.item as Schema, `${path}[]`);
  if ('entries' in schema) {
    return Object.entries(schema.entries as Record<string, Schema>).flatMap(([key, setting]) => {
      const at = path === '' ? key : `${path}.${key}`;
      return [{ path: at, setting }, ...settingsIn(setting, at)];
    });
  }
  const alternatives = schema.type === 'variant' || schema.type === 'union' ? Reflect.get(schema, 'options') : [];
  return (alternatives as Schema[]).flatMap((alternative) => settingsIn(alternative, path));
}

describe.each(DEVICE_TYPES.map((type) => [type.name, type] as const))('%s', (name, type) => {
  const settings = settingsIn(type.options);
  const required = DEVICE_SAMPLES.find((sample) => sample.type === name)?.options ?? {};

  test('every setting is described by a sentence in English and in Japanese', () => {
    for (const { path, setting } of settings) {
      const meaning = meaningOf(setting);
      expect(meaning?.en, path).toMatch(/^["A-Z][\x20-\x7e…]*\.$/);
      expect(meaning?.ja, path).toMatch(/[\u3041-\u30ff\u4e00-\u9fff].*。$/);
    }
  });

  test('its summary is in English and in Japanese', () => {
    expect(type.summary.en).toMatch(/^[\x20-\x7e]+$/);
    expect(type.summary.ja).toMatch(/[\u3041-\u30ff\u4e00-\u9fff]/);
  });

  test("a setting's faults are in the language of the parse", () => {
    const wrong = Object.fromEntries(settings.map(({ path }) => [path, Symbol('nothing that a setting takes')]));
    const saidIn = (lang: string) => v.safeParse(type.options, wrong, { lang }).issues?.map(({ message }) => message);
    expect(saidIn('ja')?.length).toBeGreaterThan(0);
    for (const message of saidIn('en') ?? []) expect(message).toMatch(/^[\x20-\x7e…]+$/);
    for (const message of saidIn('ja') ?? []) expect(message).toMatch(/[\u3041-\u30ff\u4e00-\u9fff]/);
  });

  test('the options that only decode may set exist', () => {
    for (const key of type.decodeOnly ?? []) expect(Object.keys(entriesOf(type.options))).toContain(key);
  });

  test('every default passes its own schema', () => {
    for (const { path, setting } of settings) {
      if (!('wrapped' in setting) || !('default' in setting) || setting.default === undefined) continue;
      expect(v.is(setting.wrapped as Schema, setting.default), path).toBe(true); // as in settingsIn
    }
  });

  test("every key survives the conversion from the file, and no table has keys of the user's choice", () => {
    for (const { path, setting } of settings) {
      const key = path.slice(path.lastIndexOf('.') + 1);
      expect(toCamel(toKebab(key))).toBe(key);
      expect(['record', 'map', 'loose_object', 'object_with_rest'], path).not.toContain(setting.type);
    }
  });

  test('every profile that ships is taken, and a misspelt setting within one is not', () => {
    for (const [profileName, profile] of Object.entries(type.profiles ?? {})) {
      const taken = v.safeParse(type.options, { ...required, profile });
      expect(taken.success, profileName).toBe(true);
      const misspelt = { ...(profile as object), misspelt: 1 }; // profiles are tables
      expect(v.safeParse(type.options, { ...required, profile: misspelt }).success, profileName).toBe(false);
    }
  });
});
