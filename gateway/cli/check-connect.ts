/** `check --connect`: asks each destination, and each port that can be asked, what it finds there, and leaves nothing behind. */
import { textOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import type { Config } from '../config/settings.ts';
import type { DestinationConfig } from '../destinations/destination.ts';
import type { Log } from '../machine/log.ts';
import { readVersion } from '../machine/release.ts';
import { SystemClock } from '../machine/system-clock.ts';
import { openHttp } from '../net/http.ts';
import { connectMqtt } from '../net/mqtt-connection.ts';
import type { PortConfig } from '../ports/port.ts';
import { say } from './words/run.ts';

export type Contact = ({ readonly destination: string } | { readonly port: string }) & {
  readonly isThere: boolean;
  /** What was found, or what is wrong. */
  readonly what: Text;
};

/** What is found is said by the command itself. */
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

export async function contactEach(config: Config): Promise<readonly Contact[]> {
  const contacts: Contact[] = [];
  for (const port of config.ports) contacts.push(...(await contactPort(port, config)));
  for (const destination of config.destinations) contacts.push(await contact(destination, config));
  return contacts;
}

/** Nothing if it is of a type that cannot be asked: most wait for somebody. */
async function contactPort({ name: port, portType, settings }: PortConfig, { gateway }: Config): Promise<Contact[]> {
  if (portType.probe === undefined) return [];
  try {
    const asker = { gateway: gateway.id, clock: new SystemClock('always') };
    return [{ port, isThere: true, what: await portType.probe(settings, asker, new AbortController().signal) }];
  } catch (fault) {
    return [{ port, isThere: false, what: textOf(fault) }];
  }
}

async function contact(config: DestinationConfig, { gateway }: Config): Promise<Contact> {
  const { name: destination, destinationType, settings } = config;
  try {
    const { probe } = destinationType.open(settings, {
      gateway: gateway.id,
      tenant: config.tenant ?? gateway.tenant,
      software: `machimori ${readVersion()}`,
      epoch: () => '',
      devices: () => [],
      accepts: () => true,
      describe: () => undefined,
      silent: () => [],
      problems: () => [],
      clock: new SystemClock('always'),
      log: silent,
      connect: connectMqtt,
      openHttp,
      dataDirectory: gateway.dataDirectory,
    });
    const what = await probe?.(new AbortController().signal);
    return { destination, isThere: true, what: what ?? say.notAsked() };
  } catch (fault) {
    return { destination, isThere: false, what: textOf(fault) };
  }
}
