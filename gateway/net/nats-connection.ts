/**
 * One connection to a NATS server or a cluster of them: the only place that knows the NATS client, which is loaded when it is needed.
 *
 * As with MQTT a connection lives once: when it is lost it is thrown away, and the caller opens a new one. Core NATS delivers at most once
 * and keeps nothing for a subscriber. Nothing is queued here either: each message is handed over as it is read. Bound: `maxServers`.
 */
import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { NatsConnection as Client, NodeConnectionOptions } from '@nats-io/transport-node';
import { MachimoriError, messageOf, textOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import { packageMissing } from '../machine/optional-packages.ts';
import { isAbsence, NobodyThere } from './absence.ts';
import { splitAddress } from './address.ts';
import { readCredential, readSecret } from './credentials.ts';
import { onAbort } from './keep-open.ts';
import { say } from './words.ts';

export interface NatsSettings {
  /** nats:// or tls://, several servers of one cluster with commas between them. */
  readonly url: string;
  readonly username?: string | undefined;
  /** The password; a token if there is no user name. */
  readonly passwordFile?: string | undefined;
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly keepaliveMs: number;
}

export interface NatsConnection {
  /** With a `queue`, each message goes to one of all subscribers that name it. Resolves when the server has the subscription. */
  subscribe(
    subject: string,
    queue: string | undefined,
    onMessage: (subject: string, payload: Uint8Array) => void,
  ): Promise<void>;
  /** Handed to the socket; lost if the connection is. */
  publish(subject: string, payload: Uint8Array): void;
  /** Resolves with the reason when the connection has ended. */
  readonly ended: Promise<Text>;
  close(): Promise<void>;
}

export const maxServers = 32;
const greetWithinMs = 10_000;
const maxMissedPings = 2;

/** "host:port" of each server, and whether they speak TLS; undefined if it is no address of NATS. */
export function natsServers(url: string): { readonly servers: readonly string[]; readonly isTls: boolean } | undefined {
  const parts = url.split(',').map((part) => part.trim());
  if (parts.length > maxServers) return undefined;
  const parsed = parts.map((part) => (URL.canParse(part) ? new URL(part) : undefined));
  const schemes = new Set(parsed.map((part) => part?.protocol));
  const [scheme] = schemes;
  if (schemes.size !== 1 || (scheme !== 'nats:' && scheme !== 'tls:')) return undefined;
  const servers = parsed.flatMap((part) => (part?.hostname ? [`${part.hostname}:${part.port || 4222}`] : []));
  return servers.length === parts.length ? { servers, isTls: scheme === 'tls:' } : undefined;
}

/** Whether a broker's address is one of NATS's own. */
export function isNats(url: string): boolean {
  return /^(nats|tls):/i.test(url);
}

/**
 * Connects to the first server that takes it. Throws a MachimoriError "nats-unreachable", "nats-missing", or "broker-credentials" if
 * one of its files cannot be read.
 */
export async function connectNats(settings: NatsSettings, name: string, signal: AbortSignal): Promise<NatsConnection> {
  const { connect } = await loadClient(settings.url);
  const options = clientOptions(settings, name);
  let client: Client;
  try {
    client = await connect(options);
  } catch (fault) {
    throw unreachable(settings.url, fault);
  }
  let why: Text | undefined;
  const ended = client.closed().then((fault) => why ?? (fault ? textOf(fault) : say.brokerClosed()));
  const close = async () => {
    why ??= say.closed();
    await client.close().catch(() => {});
  };
  if (signal.aborted) await close();
  const forget = onAbort(signal, () => void close());
  void ended.then(forget);
  void watch(client, (said) => {
    why ??= said;
    void client.close().catch(() => {});
  });
  return {
    ended,
    async subscribe(subject, queue, onMessage) {
      client.subscribe(subject, {
        ...(queue !== undefined && { queue }),
        // A subscription that the server does not permit ends with the connection, by `watch`.
        callback(fault, message) {
          if (fault === null) onMessage(message.subject, message.data);
        },
      });
      await client.flush();
    },
    publish(subject, payload) {
      if (!client.isClosed()) client.publish(subject, payload);
    },
    close,
  };
}

/** A server that refuses a subject says so beside the stream; to be deaf without a word would be worse than to begin again. */
async function watch(client: Client, refused: (why: Text) => void): Promise<void> {
  for await (const status of client.status()) {
    if (status.type === 'error') refused(textOf(status.error));
  }
}

function clientOptions(settings: NatsSettings, name: string): NodeConnectionOptions {
  const { url, username, passwordFile, caFile, certFile, keyFile, keepaliveMs } = settings;
  const { servers = [], isTls = false } = natsServers(url) ?? {};
  const secret = passwordFile === undefined ? undefined : readSecret(passwordFile);
  const read = (file: string | undefined) => (file === undefined ? undefined : readCredential(file).toString('utf8'));
  const [ca, cert, key] = [caFile, certFile, keyFile].map(read);
  return {
    servers: [...servers],
    name,
    reconnect: false,
    timeout: greetWithinMs,
    pingInterval: keepaliveMs,
    maxPingOut: maxMissedPings,
    ignoreClusterUpdates: true,
    ...(username !== undefined && { user: username }),
    ...(secret !== undefined && (username === undefined ? { token: secret } : { pass: secret })),
    ...(isTls && {
      tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }), ...forAddresses(servers) },
    }),
  };
}

/**
 * The client names no host to TLS if the server is given by its IP address, and Node then takes the certificate for one of "localhost".
 * Its options go to `tls.connect` as they are, although their type does not say so.
 */
function forAddresses(servers: readonly string[]): object {
  const addresses = servers.map((server) => splitAddress(server).host).filter((host) => isIP(host) !== 0);
  return {
    checkServerIdentity(host: string, certificate: PeerCertificate) {
      const fault = checkServerIdentity(host, certificate);
      const isAddress = host === 'localhost' && addresses.some((each) => !checkServerIdentity(each, certificate));
      return isAddress ? undefined : fault;
    },
  };
}

async function loadClient(url: string): Promise<typeof import('@nats-io/transport-node')> {
  try {
    return await import('@nats-io/transport-node');
  } catch (cause) {
    throw packageMissing('nats', url, cause);
  }
}

const HINTS: readonly (readonly [said: RegExp, hint: () => Text])[] = [
  [/authori[sz]ation|authentication/i, say.checkLogin],
  [/altnames|does not match/i, say.matchHostName],
  [/expired|not yet valid/i, say.checkDates],
  [/certificate/i, say.nameAuthority],
];

function unreachable(url: string, fault: unknown): MachimoriError {
  const why = textOf(fault);
  const cause = isNobodyAtAny(fault) ? new NobodyThere(why, fault) : fault;
  return new MachimoriError('nats-unreachable', {
    what: cause instanceof NobodyThere ? say.brokerAbsent({ why }) : say.brokerRefused({ why }),
    on: url,
    hint: (HINTS.find(([said]) => said.test(messageOf(fault)))?.[1] ?? say.checkNatsServers)(),
    cause,
  });
}

/** The client says it in words of its own, with the system's fault behind them. */
function isNobodyAtAny(fault: unknown): boolean {
  if (isAbsence(fault)) return true;
  return fault instanceof Error && fault.cause !== undefined && isNobodyAtAny(fault.cause);
}
