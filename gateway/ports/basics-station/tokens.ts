/**
 * Which token a station must send: its own (`[[port.station]]`), or else the one that all share. A station with a token of its
 * own is not let in by the shared one, and its own lets in no other station. Tokens are compared in constant time.
 */
import * as v from 'valibot';
import { listOf, setting, table, text } from '../../../shared/setting.ts';
import { checkCredentialFile } from '../../net/credential-file.ts';
import { readSecret, sameSecret } from '../../net/credentials.ts';
import { type Fault, fault, type Path } from '../../words/fault.ts';
import { eui, maxStations } from '../radio.ts';
import { say } from './words.ts';

export const ownTokens = v.optional(
  setting(
    listOf(
      table({ eui: setting(eui, say.stationEui()), tokenFile: setting(text, say.stationTokenFile()) }),
      maxStations,
    ),
    say.stationTokens(),
  ),
  [],
);

interface TokenSettings {
  readonly tokenFile?: string | undefined;
  readonly caFile?: string | undefined;
  readonly station: v.InferOutput<typeof ownTokens>;
}

export interface Tokens {
  /** Whether a station may come with this "Authorization" header, with or without "Bearer". */
  isRight(station: string, authorization: string | undefined): boolean;
  /** Whether any station may: for one that has not said who it is. */
  isKnown(authorization: string | undefined): boolean;
}

/** Throws a MachimoriError "server-credentials" if a token cannot be read or is empty. */
export function readTokens({ tokenFile, caFile, station }: TokenSettings): Tokens {
  const own = new Map(station.map(({ eui, tokenFile }) => [eui, tokenCheck(tokenFile)]));
  const isOpen = own.size === 0 || caFile !== undefined;
  const shared = tokenFile === undefined ? () => isOpen : tokenCheck(tokenFile);
  return {
    isRight: (eui, authorization) => (own.get(eui) ?? shared)(authorization),
    isKnown: (authorization) => [shared, ...own.values()].some((isRight) => isRight(authorization)),
  };
}

export function checkTokens({ tokenFile, station }: TokenSettings, path: Path): Fault[] {
  const euis = station.map(({ eui }) => eui);
  return [
    ...checkCredentialFile(tokenFile, [...path, 'tokenFile'], 'secret'),
    ...station.flatMap(({ eui, tokenFile }, i) => [
      ...checkCredentialFile(tokenFile, [...path, 'station', i, 'tokenFile'], 'secret'),
      ...(euis.indexOf(eui) < i
        ? [fault([...path, 'station', i, 'eui'], say.stationTaken({ station: eui }), say.oneEntry())]
        : []),
    ]),
  ];
}

function tokenCheck(file: string): (authorization?: string) => boolean {
  const isRight = sameSecret(bareToken(readSecret(file, 'server')));
  return (authorization = '') => isRight(bareToken(authorization));
}

function bareToken(token: string): string {
  return token.trim().replace(/^Bearer\s+/i, '');
}
