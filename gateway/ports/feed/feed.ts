/**
 * `feed`: other gateways send their batches here, as to a city OS. A gateway with such a port is a hub.
 *
 *   embedded broker (embedded.ts) ─┐
 *   existing broker (subscribed.ts)─┼──▶ receiver: stored, then the receipt
 *   HTTP (over-http.ts) ───────────┘
 *
 * A gateway is refused until it is enrolled (`machimori gateway enrol`).
 */
import * as v from 'valibot';
import { duration } from '../../../shared/duration.ts';
import { address, id, setting, size, text, whole } from '../../../shared/setting.ts';
import type { Text } from '../../../shared/text.ts';
import { isLocal } from '../../net/address.ts';
import { checkCredentialFile, checkTlsFiles, tlsFiles } from '../../net/credential-file.ts';
import { say as net } from '../../net/words.ts';
import { type Fault, fault, note, type Path } from '../../words/fault.ts';
import type { FeedPort, FeedReceiver, PortSurroundings, PortType } from '../port.ts';
import { keepPortOpen } from '../reopening.ts';
import { say as portWords } from '../words.ts';
import { serveGateways } from './embedded.ts';
import { serveHttp } from './over-http.ts';
import { followBroker } from './subscribed.ts';
import { say } from './words.ts';

const settings = v.strictObject({
  name: setting(id, portWords.name()),
  type: setting(v.literal('feed'), say.feed()),
  listen: v.optional(setting(address, say.listen())),
  httpListen: v.optional(setting(address, say.httpListen())),
  url: v.optional(setting(text, say.url())),
  username: v.optional(setting(text, say.username())),
  passwordFile: v.optional(setting(text, net.passwordFile())),
  ...tlsFiles,
  certFile: v.optional(setting(text, say.certFile())),
  keyFile: v.optional(setting(text, say.keyFile())),
  caFile: v.optional(setting(text, say.caFile())),
  protocol: v.optional(setting(v.picklist(['3.1.1', '5']), say.protocol()), '3.1.1'),
  keepaliveMs: v.optional(setting(duration(5_000, 3_600_000), say.keepalive()), '30s'),
  maxClients: v.optional(setting(whole(1, 20_000), say.maxClients()), 2_000),
  maxMessageBytes: v.optional(setting(size, say.maxMessage()), '2MB'),
});
export type FeedSettings = v.InferOutput<typeof settings>;

export const feed: PortType<typeof settings> = { name: 'feed', shape: 'feed', settings, check, line, open: feedPort };

/** A session of one way in; resolves with the reason when it has ended. */
type Door = (receiver: FeedReceiver) => Promise<Text>;

/** If no door is named. */
const defaultListen = '127.0.0.1:1883';

function doorsOf({ listen, httpListen, url }: FeedSettings) {
  const isUnnamed = listen === undefined && httpListen === undefined && url === undefined;
  return { listen: isUnnamed ? defaultListen : listen, httpListen, url };
}

function line(settings: FeedSettings): string {
  const { listen, httpListen, url } = doorsOf(settings);
  return [listen, httpListen, url].filter((each) => each !== undefined).join(' ');
}

export function feedPort(settings: FeedSettings, surroundings: PortSurroundings): FeedPort {
  const { name, maxClients, maxMessageBytes, certFile, keyFile, caFile } = settings;
  const { listen, httpListen, url } = doorsOf(settings);
  const server = { maxClients, maxMessageBytes, certFile, keyFile, caFile };
  const path = line(settings);
  return {
    shape: 'feed',
    path,
    async run(receiver, signal) {
      const doors: Door[] = [];
      if (listen !== undefined) doors.push((own) => serveGateways({ ...server, listen }, own, surroundings, signal));
      if (httpListen !== undefined)
        doors.push((own) => serveHttp({ ...server, httpListen }, own, surroundings, signal));
      if (url !== undefined) doors.push((own) => followBroker({ ...settings, url }, own, surroundings, signal));
      const open = new Set<Door>();
      const receiverOf = (door: Door): FeedReceiver => ({
        take: (from, message, payload) => receiver.take(from, message, payload),
        turnedAway: (rubbish) => receiver.turnedAway(rubbish),
        opened() {
          open.add(door);
          if (open.size === doors.length) receiver.opened();
        },
        closed(why, retry) {
          open.delete(door);
          receiver.closed(why, retry);
        },
      });
      await Promise.all(
        doors.map((door) => {
          const own = receiverOf(door);
          return keepPortOpen(name, () => door(own), own, surroundings, signal);
        }),
      );
    },
  };
}

function check(settings: FeedSettings, path: Path): Fault[] {
  const { listen, httpListen, url, username, passwordFile, certFile, keyFile, protocol } = settings;
  const hasServer = url === undefined || listen !== undefined || httpListen !== undefined;
  const faults = [
    ...checkCredentialFile(passwordFile, [...path, 'passwordFile'], 'secret'),
    ...checkTlsFiles(url ?? 'mqtts:', settings, path),
  ];
  if (url !== undefined && listen !== undefined)
    faults.push(fault([...path, 'listen'], say.twoBrokers(), say.oneBroker()));
  if ((username === undefined) !== (passwordFile === undefined)) {
    faults.push(fault(path, say.loginIncomplete(), net.addMissing()));
  }
  if (url === undefined && username !== undefined)
    faults.push(fault([...path, 'username'], say.loginElsewhere(), say.useEnrol()));
  if (url === undefined && protocol === '5')
    faults.push(fault([...path, 'protocol'], say.onlyVersion3(), say.nameBroker5()));
  const isOpen = (at: string | undefined) => at !== undefined && !isLocal(at);
  const hasTls = certFile !== undefined && keyFile !== undefined;
  if (hasServer && !hasTls && (isOpen(listen) || isOpen(httpListen))) {
    faults.push(note([...path, isOpen(listen) ? 'listen' : 'httpListen'], say.clearPasswords(), say.addCertificate()));
  }
  return faults;
}
