/**
 * A line that somebody at a distance wants opened: a serial port of this machine, or an address. Nothing else is opened, whatever it is called:
 * a path is followed to its end, and that must be a device of a driver of serial ports. An address may be any, as in the configuration.
 */
import { realpathSync } from 'node:fs';
import { MachimoriError } from '../../shared/errors.ts';
import { isSerialPort } from '../ports/serial-lines.ts';
import { placeOf } from '../probe/line-word.ts';
import type { Place } from '../probe/tables.ts';
import { say } from './words.ts';

export const maxLineLength = 255;
const maxTcpPort = 65_535;

export interface CheckedLine {
  /** As it was asked for: as it is to be written. */
  readonly place: Place;
  /** What is opened, and by which a port on it is known. */
  readonly opened: Place;
}

/** Throws a MachimoriError "bad-line", or "no-line": there is no such serial port. */
export function checkedLine(word: string): CheckedLine {
  const place = placeOf(word);
  if (place === undefined || word.length > maxLineLength) throw badLine(word);
  if ('address' in place) {
    const port = Number(place.address.split(':').at(-1));
    if (port < 1 || port > maxTcpPort) throw badLine(word);
    return { place, opened: place };
  }
  if (!place.path.startsWith('/') || /\p{Cc}/u.test(place.path)) throw badLine(word);
  const path = realpathOf(place.path);
  if (path === undefined || !path.startsWith('/dev/') || !isSerialPort(path)) {
    // The same whether it does not exist or is not a serial port: nobody learns which files there are.
    throw new MachimoriError('no-line', { what: say.noLine(), on: word, hint: say.lookForLine() });
  }
  return { place, opened: { path } };
}

function badLine(word: string): MachimoriError {
  return new MachimoriError('bad-line', { what: say.badLine(), on: word, hint: say.lineLooksLike() });
}

function realpathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined; // not there, or not for this user
  }
}
