/** Kinds of settings that several tables of a rig's file have. */
import * as v from 'valibot';
import { finite, must, setting } from '../../shared/setting.ts';
import { say } from './setting-words.ts';

export const aboveZero = v.pipe(finite, v.gtValue(0, must(say.mustBeAboveZero())));

/** Degrees, WGS 84. */
export const latitude = setting(v.pipe(finite, v.minValue(-90), v.maxValue(90)), say.lat());
export const longitude = setting(v.pipe(finite, v.minValue(-180), v.maxValue(180)), say.lon());
