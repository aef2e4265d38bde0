/**
 * Certificates and tokens that come to their end: told `warnBeforeMs` before. The files that ports, destinations and the console name are read
 * when the status is asked for, once an hour at most.
 */
import { isoTime } from '../../shared/reading.ts';
import type { Text } from '../../shared/text.ts';
import type { Config } from '../config/settings.ts';
import { endOfCredential } from '../net/credential-end.ts';
import { say } from './words.ts';

export const warnBeforeMs = 30 * 86_400_000;
const readEveryMs = 3_600_000;

interface Credential {
  readonly file: string;
  /** The first certificate is one's own, those after it vouch for it. */
  readonly isChain: boolean;
}

export class Credentials {
  readonly #config: () => Pick<Config, 'ports' | 'destinations' | 'console'>;
  #read:
    | { readonly of: object; readonly at: number; readonly ends: readonly (readonly [file: string, end: number])[] }
    | undefined;

  /** `config`: as it is now. */
  constructor(config: () => Pick<Config, 'ports' | 'destinations' | 'console'>) {
    this.#config = config;
  }

  /** `now`: epoch ms, by a clock that is set. */
  problems(now: number): Text[] {
    const config = this.#config();
    if (this.#read?.of !== config || Math.abs(now - this.#read.at) >= readEveryMs) {
      const { ports, destinations, console } = config;
      const settings = [...[...ports, ...destinations].map((each) => each.settings), console];
      const all = settings.flatMap(credentialsIn);
      const files = new Map(all.map((each) => [each.file, each]));
      const ends = [...files.values()].flatMap(({ file, isChain }) => {
        const end = endOfCredential(file, isChain);
        return end === undefined ? [] : [[file, end] as const];
      });
      this.#read = { of: config, at: now, ends };
    }
    return this.#read.ends.flatMap(([file, end]) => {
      if (end - now > warnBeforeMs) return [];
      return [(end > now ? say.credentialEnds : say.credentialEnded)({ file, date: isoTime(end).slice(0, 10) })];
    });
  }
}

/** The files that settings name, also those of users and stations in them. Keys have no end. */
function credentialsIn(settings: unknown): Credential[] {
  if (typeof settings !== 'object' || settings === null) return [];
  return Object.entries(settings).flatMap(([key, value]) => {
    if (typeof value !== 'string') return credentialsIn(value);
    return /^(cert|listenCert|ca|password|token|enrolment)File$/.test(key)
      ? [{ file: value, isChain: /cert/i.test(key) }]
      : [];
  });
}
