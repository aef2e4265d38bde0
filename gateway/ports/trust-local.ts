import * as v from 'valibot';
import { flag, setting } from '../../shared/setting.ts';
import { say } from './words.ts';

/** The setting `trust-local` of a port on loopback that has no credentials: it is said, not forgotten. */
export const trustLocal = v.optional(setting(flag, say.trustLocal()), false);
