/**
 * What the city may order, a row each: what it is called, where it is done, what it is told, and how long it counts unless whoever
 * issues it says otherwise. A gateway does those that it has an act for (gateway/commands/acts.ts); of a device its type decides.
 */
import * as v from 'valibot';
import { must, oneOf, table, textUpTo, whole } from '../setting.ts';
import type { Text } from '../text.ts';
import { say } from './words.ts';

/** Of a configuration that is sent whole. */
export const maxConfigCharacters = 64 * 1024;

export interface OrderAction {
  readonly summary: Text;
  /** "device": the order has to name one. */
  readonly place: 'gateway' | 'device';
  /** A strict object of texts, numbers and flags. */
  readonly arguments: v.GenericSchema<unknown, Readonly<Record<string, unknown>>>;
  /** How long it counts by default, ms. */
  readonly expiresMs: number;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Hexadecimal, of an application payload (LoRaWAN L2 1.0.4 §4.3.2: at most 242 bytes). */
const payload = v.pipe(
  v.string(must(say.mustBePayload())),
  v.regex(/^([0-9a-f]{2}){1,242}$/, must(say.mustBePayload())),
);

const version = v.pipe(
  v.string(must(say.mustBeVersion())),
  v.regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}$/, must(say.mustBeVersion())),
);
const url = v.pipe(
  v.string(must(say.mustBeUrl())),
  v.regex(/^https?:\/\/[^\s/?#@]+(\/[^\s?#@]*)?$/, must(say.mustBeUrl())),
  v.maxLength(500, must(say.mustBeUrl())),
);

export const ACTIONS = {
  restart: { summary: say.restart(), place: 'gateway', arguments: table({}), expiresMs: 10 * MINUTE },
  'log-level': {
    summary: say.logLevel(),
    place: 'gateway',
    arguments: table({
      level: oneOf(['debug', 'info', 'warn', 'error']),
      forMs: v.optional(whole(1_000, DAY), 3_600_000),
    }),
    expiresMs: 10 * MINUTE,
  },
  configure: {
    summary: say.configure(),
    place: 'gateway',
    /** `base`: the SHA-256 of the text that it was made of. */
    arguments: table({
      text: textUpTo(maxConfigCharacters),
      base: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, must(say.mustBeDigest())))),
    }),
    expiresMs: DAY,
  },
  update: {
    summary: say.update(),
    place: 'gateway',
    /** `url`: of a folder of releases (docs/updates.md). */
    arguments: table({ version, url }),
    expiresMs: DAY,
  },
  support: { summary: say.support(), place: 'gateway', arguments: table({}), expiresMs: 60 * MINUTE },
  write: {
    summary: say.write(),
    place: 'device',
    arguments: table({
      name: textUpTo(64),
      value: v.union([v.pipe(v.number(), v.finite()), v.boolean()], must(say.mustBeWritable())),
    }),
    expiresMs: 5 * MINUTE,
  },
  downlink: {
    summary: say.downlink(),
    place: 'device',
    arguments: table({ payload, port: whole(1, 223), confirmed: v.optional(v.boolean(), false) }),
    expiresMs: DAY,
  },
  interval: {
    summary: say.interval(),
    place: 'device',
    arguments: table({ everyMs: whole(100, 31 * DAY) }),
    expiresMs: DAY,
  },
  display: {
    summary: say.display(),
    place: 'device',
    arguments: table({ text: textUpTo(200), forMs: v.optional(whole(1_000, DAY), 600_000) }),
    expiresMs: 10 * MINUTE,
  },
} as const satisfies Readonly<Record<string, OrderAction>>;

export type ActionName = keyof typeof ACTIONS;
export const ACTION_NAMES = Object.keys(ACTIONS) as readonly ActionName[]; // its own keys

/** Undefined: this release does not know it. */
export function actionOf(name: string): OrderAction | undefined {
  return Object.hasOwn(ACTIONS, name) ? ACTIONS[name as ActionName] : undefined; // it is a key of it
}
