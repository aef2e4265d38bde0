/** A line as a person writes it: the path of a serial port, or "tcp://host:port". */
import type { Config } from '../config/settings.ts';
import type { PortConfig } from '../ports/port.ts';
import type { Place } from './tables.ts';

/** Undefined if it is neither. A path has at least one "/"; whether there is such a port is not looked at. */
export function placeOf(word: string): Place | undefined {
  const address = /^tcp:\/\/((?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5})$/.exec(word)?.[1];
  if (address !== undefined) return { address };
  if (word.includes('://') || !word.includes('/')) return undefined;
  return { path: word };
}

/** The port of a configuration that has this line: an address, or a path whose links have been followed. */
export function portOnLine({ ports }: Pick<Config, 'ports'>, line: string): PortConfig | undefined {
  return ports.find(({ portType, settings }) => portType.line?.(settings) === line);
}
