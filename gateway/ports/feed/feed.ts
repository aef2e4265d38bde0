/**
 * `feed`: other gateways send their batches here, as to a city OS. A gateway with such a port is a hub.
 *
 *   embedded broker (embedded.ts) ──┐
 *   existing broker (subscribed.ts) ─┼──▶ receiver: stored, then the receipt
 *   HTTP (over-http.ts) ────────────┘
 *
 * A gateway is refused until it is enrolled (`machimori gateway enrol`).
 *
 * With `share` it is a worker: one of any number that take turns at one broker (subscribed.ts) or cluster of NATS (queue-group.ts) and
 * hand each batch straight to the database. There the broker alone says who may send.
 */
import type { Text } from '../../../shared/text.ts';
import { isNats } from '../../net/nats-connection.ts';
import type { FeedPort, FeedReceiver, GatewayLogins, PortSurroundings, PortType } from '../port.ts';
import { keepPortOpen } from '../reopening.ts';
import { trustedGateways } from './answer.ts';
import { checkFeed } from './check-feed.ts';
import { serveGateways } from './embedded.ts';
import { serveHttp } from './over-http.ts';
import { joinQueueGroup } from './queue-group.ts';
import { type FeedSettings, feedSettings } from './settings.ts';
import { followBroker } from './subscribed.ts';

export const feed: PortType<typeof feedSettings> = {
  name: 'feed',
  shape: 'feed',
  settings: feedSettings,
  needs: ({ url }) => (url !== undefined && isNats(url) ? ['nats'] : []),
  check: checkFeed,
  isWorker: ({ share }) => share !== undefined,
  line,
  open: feedPort,
};

/** A session of one way in; resolves with the reason when it has ended. */
type Door = (receiver: FeedReceiver) => Promise<Text>;

/** Of a hub, at a broker. */
const maxUnsettled = 2_000;
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

export function feedPort(settings: FeedSettings, around: PortSurroundings): FeedPort {
  const { name, share, trustBroker, maxClients, maxMessageBytes, certFile, keyFile } = settings;
  const surroundings = trustBroker ? { ...around, gateways: { ...NOBODY, ...trustedGateways() } } : around;
  const { listen, httpListen, url } = doorsOf(settings);
  const server = { maxClients, maxMessageBytes, certFile, keyFile };
  const path = line(settings);
  return {
    shape: 'feed',
    path,
    isWorker: share !== undefined,
    async run(receiver, signal) {
      const doors: Door[] = [];
      if (listen !== undefined) doors.push((own) => serveGateways({ ...server, listen }, own, surroundings, signal));
      if (httpListen !== undefined)
        doors.push((own) => serveHttp({ ...server, httpListen }, own, surroundings, signal));
      if (url !== undefined) doors.push(...brokerDoors({ ...settings, url }, surroundings, signal));
      const open = new Set<Door>();
      const receiverOf = (door: Door): FeedReceiver => ({
        take: (from, message, payload) => receiver.take(from, message, payload),
        turnedAway: (rubbish) => receiver.turnedAway(rubbish),
        ignored: (rubbish) => receiver.ignored(rubbish),
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

/** Whoever logs in to a broker of somebody else's does so there. */
const NOBODY: Omit<GatewayLogins, 'has'> = {
  login: () => undefined,
  certified: () => undefined,
  onRevoked: () => () => {},
};

function brokerDoors(
  settings: FeedSettings & { readonly url: string },
  surroundings: PortSurroundings,
  signal: AbortSignal,
): readonly Door[] {
  const { url, share, birthsUrl } = settings;
  if (share === undefined) {
    return [(own) => followBroker({ ...settings, maxInFlight: maxUnsettled }, own, surroundings, signal)];
  }
  if (!isNats(url)) {
    const shared = { ...settings, messages: ['birth', 'result'] as const };
    return [(own) => followBroker(shared, own, surroundings, signal)];
  }
  const group = { ...settings, share, hearsBirths: birthsUrl === undefined };
  const doors: Door[] = [(own) => joinQueueGroup(group, own, surroundings, signal)];
  if (birthsUrl !== undefined) {
    // A token is the password of any user there (NATS documentation, "MQTT authentication").
    const username = settings.username ?? (settings.passwordFile === undefined ? undefined : 'token');
    const births = { ...settings, url: birthsUrl, username, share: undefined, messages: ['birth'] as const };
    doors.push((own) => followBroker(births, own, surroundings, signal));
  }
  return doors;
}
