/** Kinds of settings that several tables of a rig's file have. */
import * as v from 'valibot';
import { finite, listOf, must, setting } from '../../shared/setting.ts';
import { say as shared } from '../../shared/words.ts';
import { say } from './setting-words.ts';

export const aboveZero = v.pipe(finite, v.gtValue(0, must(say.mustBeAboveZero())));

/** Degrees, WGS 84. */
export const latitude = setting(v.pipe(finite, v.minValue(-90), v.maxValue(90)), say.lat());
export const longitude = setting(v.pipe(finite, v.minValue(-180), v.maxValue(180)), say.lon());

/** A list that says something. */
export const someOf = <S extends v.GenericSchema>(entry: S, max: number) =>
  v.pipe(listOf(entry, max), v.minLength(1, must(shared.mustNotBeEmpty())));
