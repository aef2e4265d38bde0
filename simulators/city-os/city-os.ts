/**
 * A stand-in for the city OS: an MQTT broker that stores the feed in SQLite, answers it, and misbehaves on demand.
 *
 *   gateway ──batch, gap──▶ broker ──▶ decode, check ──▶ store (one transaction) ──▶ receipt ──▶ gateway
 *           ──birth, status─▶        ──▶ what is known about each feed
 *
 * Promise: a receipt goes out only after the commit, and a batch is stored once however often it arrives. A message that
 * cannot be stored gets no receipt, so the gateway sends it again; one that is not part of the feed is counted and gets none
 * either. The broker's PUBACK comes before all that and promises nothing.
 *
 * It listens on 127.0.0.1 for MQTT 3.1 and 3.1.1 (aedes has no MQTT 5). The broker keeps no sessions and retains only birth
 * and status, so its memory is bounded by the number of feeds. It reads no more from a client until that client's messages
 * are processed.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions, Server as TlsServer } from 'node:tls';
import { brotliDecompressSync, inflateRawSync } from 'node:zlib';
import { Aedes, type AedesOptions, type AedesPublishPacket, type Client } from 'aedes';
import type { Clock } from '../../shared/clock.ts';
import { codeOf, MachimoriError, messageOf } from '../../shared/errors.ts';
import type { BatchId, Compression } from '../../shared/feed/batch.ts';
import { decodeBirth, decodeStatus } from '../../shared/feed/birth.ts';
import { type Receiving, receiveBatch, receiveGap } from '../../shared/feed/receive.ts';
import { type FeedTopic, formatTopic, parseTopic } from '../../shared/feed/topics.ts';
import type { Reading } from '../../shared/reading.ts';
import type { Text } from '../../shared/text.ts';
import { FaultBoard } from '../fault-board.ts';
import { followOutage } from '../outage.ts';
import { systemClock } from '../system-clock.ts';
import { say } from '../words.ts';
import { type Certificates, certificatesIn } from './certificates.ts';
import { CITY_OS_FAULTS, type Misbehaviour, misbehaviourOn, receiptsFor } from './city-os-faults.ts';
import { type FeedStatus, Feeds } from './feeds.ts';
import { type CityOsStore, openCityOsStore } from './store.ts';

export interface CityOsOptions {
  /** SQLite file; ":memory:" keeps nothing. */
  readonly file: string;
  /** TCP port on 127.0.0.1; 0 or absent: any free one. */
  readonly port?: number;
  readonly clock?: Clock;
  readonly misbehaviour?: Misbehaviour;
  /** With `CITY_OS_FAULTS`; what stands on it takes precedence over `misbehaviour`. */
  readonly faults?: FaultBoard;
  /** It listens with TLS, with certificates that openssl makes in this folder; gateways are to trust its `ca.pem`. */
  readonly certificateFolder?: string;
  /** What every client must present; absent: anyone may connect. */
  readonly credentials?: { readonly username: string; readonly password: string };
  /** Told what is odd about a gateway. */
  report?(what: Text): void;
  /** Whether a commit survives a power cut (default true). */
  readonly durable?: boolean;
}

/** Who sent a message, as far as the city OS meets it. */
export interface CityOsClient {
  /** Resolves when the receipt has been handed over. */
  receive(topic: string, receipt: Uint8Array): Promise<void>;
  /** Ends its connection. */
  cut(): void;
}

/** Messages without a receipt. */
export interface Unanswered {
  /** Not a message of the feed, or its gateway is not its topic's. */
  readonly badMessages: number;
  /** SQLite could not store it, or there are too many feeds. */
  readonly notStored: number;
  /** Why the last one was not stored; "" before the first. */
  readonly why: string;
}

/** Opens the store and listens. Rejects if the port is taken or the file cannot be opened, or openssl fails. */
export async function openCityOs(options: CityOsOptions): Promise<CityOs> {
  const { certificateFolder } = options;
  const certificates = certificateFolder === undefined ? undefined : await certificatesIn(certificateFolder);
  const store = openCityOsStore(options.file, options.durable);
  const cityOs = new CityOs(store, options, certificates);
  try {
    await cityOs.open();
  } catch (fault) {
    await cityOs.close();
    throw fault;
  }
  return cityOs;
}

export class CityOs {
  /** May be replaced at any time. */
  misbehaviour: Misbehaviour;
  readonly faults: FaultBoard;
  /** Gateways are to trust this authority, if it has TLS. */
  readonly caFile: string | undefined;
  /** Readings that were refused for good, by device. */
  readonly refused = new Map<string, number>();
  readonly store: CityOsStore;
  readonly #clock: Clock;
  readonly #broker: Aedes;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #feeds: Feeds;
  readonly #working = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  readonly #certificates: Certificates | undefined;
  #outage: ReturnType<typeof followOutage> | undefined;
  readonly #unanswered = { badMessages: 0, notStored: 0, why: '' };
  /** When its broker lets the next client in, monotonic ms. */
  #freeAt = 0;
  #port: number;

  constructor(store: CityOsStore, options: CityOsOptions, certificates?: Certificates) {
    this.store = store;
    this.faults = options.faults ?? new FaultBoard(CITY_OS_FAULTS);
    this.#certificates = certificates;
    this.caFile = certificates?.caFile;
    this.misbehaviour = options.misbehaviour ?? {};
    this.#feeds = new Feeds(options.report);
    this.#clock = options.clock ?? systemClock;
    this.#port = options.port ?? 0;
    this.#broker = new Aedes(
      brokerOptions(options, {
        take: (packet, client) => {
          const work = this.take(packet.topic, Buffer.from(packet.payload), {
            receive: (topic, receipt) => this.#publish(topic, receipt),
            cut: () => client.conn.destroy(),
          });
          this.#working.add(work);
          return work.finally(() => this.#working.delete(work));
        },
        isBusy: () => this.#isBusy(),
        isTooLarge: ({ length }) => length > (this.#behaviour.maxPayloadBytes ?? Number.POSITIVE_INFINITY),
      }),
    );
    this.#server = serverWith(certificates, (socket) => this.#broker.handle(socket));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `${this.#certificates ? 'mqtts' : 'mqtt'}://127.0.0.1:${this.#port}`;
  }

  /** Loads what the store has. */
  load(): void {
    for (const batch of this.store.batches()) this.#feeds.batchStored(batch);
    for (const { tenant, ...gap } of this.store.gaps()) this.#feeds.gapStored(tenant, gap);
  }

  /** Loads what the store has, and listens. */
  async open(): Promise<void> {
    this.load();
    await this.#broker.listen();
    await this.comeBack();
    const { signal } = this.#closing;
    this.#outage = followOutage({
      ...{ faults: this.faults, name: 'away', clock: this.#clock, signal },
      leave: () => this.cutOff().then(() => true),
      comeBack: () => this.comeBack(),
    });
    this.#followExpiry();
  }

  /** Simulates an outage: closes the port and drops every connection. */
  async cutOff(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#dropAll();
    await closed;
  }

  /** Listens again on the same port. */
  async comeBack(): Promise<void> {
    if (this.#server.listening || this.#closing.signal.aborted) return;
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
  }

  /** Finishes what it has begun and closes everything. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#outage?.ended();
    await this.cutOff();
    await Promise.all(this.#working);
    await new Promise<void>((resolve) => this.#broker.close(resolve));
    this.store.close();
  }

  /** Every feed, the most recently heard first. */
  status(): FeedStatus[] {
    return this.#feeds.status();
  }

  unanswered(): Unanswered {
    return { ...this.#unanswered };
  }

  get #behaviour(): Misbehaviour {
    return { ...this.misbehaviour, ...misbehaviourOn(this.faults) };
  }

  /** Presents the certificate that its board asks for, and hangs up on everybody, so that they see it. */
  #followExpiry(): void {
    const [server, certificates] = [this.#server, this.#certificates];
    if (certificates === undefined || !(server instanceof TlsServer)) return;
    const present = (name: string) => {
      if (name !== 'expired-certificate') return;
      server.setSecureContext(this.faults.get(name) ? certificates.expired : certificates.good);
      this.#dropAll();
    };
    const forget = [this.faults.onStruck(({ kind }) => present(kind.name)), this.faults.onCleared(present)];
    for (const each of forget) this.#closing.signal.addEventListener('abort', each, { once: true });
    present('expired-certificate');
  }

  #dropAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Whether its broker lets nobody in for now: it lets in a tenth of a second's clients at once, and then at the rate. */
  #isBusy(): boolean {
    const { maxConnectsPerSecond: rate } = this.#behaviour;
    if (rate === undefined) return false;
    const now = this.#clock.moment().monotonic;
    const free = Math.max(this.#freeAt, now - 100);
    if (free > now) return true;
    this.#freeAt = free + 1_000 / rate;
    return false;
  }

  /** Takes in a client's message, by whatever network it came; never rejects. */
  async take(on: string, payload: Uint8Array, client: CityOsClient): Promise<void> {
    const topic = parseTopic(on);
    if (topic === undefined) return;
    const { slowMs } = this.#behaviour;
    if (slowMs !== undefined) await this.#clock.sleep(slowMs, this.#closing.signal);
    if (this.#closing.signal.aborted) return;
    try {
      await this.#takeMessage(topic, payload, client);
    } catch (fault) {
      if (codeOf(fault) === 'bad-message') this.#unanswered.badMessages++;
      else this.#unanswered.notStored++;
      this.#unanswered.why = messageOf(fault);
    }
  }

  async #takeMessage(topic: FeedTopic, payload: Uint8Array, client: CityOsClient): Promise<void> {
    const { tenant, message } = topic;
    if (message === 'batch') await this.#answer(topic, await receiveBatch(payload, this.#receiving(topic)), client);
    if (message === 'gap') await this.#answer(topic, await receiveGap(payload, this.#receiving(topic)), client);
    if (message === 'birth') this.#feeds.born(tenant, ofGateway(topic, decodeBirth(payload)));
    if (message === 'status') this.#feeds.reported(tenant, ofGateway(topic, decodeStatus(payload)));
  }

  #receiving(topic: FeedTopic): Receiving {
    const { tenant } = topic;
    const arrival = { tenant, receivedAt: this.#clock.moment().wall };
    const { refuse } = this.#behaviour;
    const refused: string[] = [];
    const check = (reading: Reading) => {
      const why = refuse?.(reading);
      if (why !== undefined) refused.push(reading.device);
      return why;
    };
    return {
      decompress,
      digest: (message) => createHash('sha256').update(message).digest('hex').slice(0, 16),
      ...(refuse && { check }),
      store: {
        storeBatch: (header, all, indexes) => {
          this.#admit(topic, header);
          const readings = this.store.newReadings(header, all, indexes);
          const outcome = this.store.storeBatch(header, readings, arrival);
          if (outcome === 'repeated') this.#feeds.batchRepeated({ ...header, tenant });
          else if (outcome === 'conflict') this.#feeds.batchInConflict({ ...header, tenant });
          else this.#feeds.batchStored({ ...header, tenant, readings: readings.length });
          if (outcome === 'stored') for (const id of refused) this.refused.set(id, (this.refused.get(id) ?? 0) + 1);
          return outcome;
        },
        storeGap: (gap) => {
          this.#admit(topic, gap);
          this.store.storeGap(gap, arrival);
          this.#feeds.gapStored(tenant, gap);
        },
      },
    };
  }

  #admit(topic: FeedTopic, id: BatchId): void {
    ofGateway(topic, id);
    if (!this.#feeds.hasRoomFor({ ...id, tenant: topic.tenant })) throw tooManyFeeds(topic);
  }

  async #answer(topic: FeedTopic, receipt: Uint8Array, client: CityOsClient): Promise<void> {
    const { silent, crashAfterCommit } = this.#behaviour;
    if (crashAfterCommit?.()) client.cut();
    else if (!silent) {
      for (const sent of receiptsFor(receipt, this.faults)) {
        await client.receive(formatTopic({ ...topic, message: 'receipt' }), sent);
      }
    }
  }

  /** Resolves when the message has been written to its subscribers; the feed needs no more, so errors are ignored. */
  #publish(topic: string, payload: Uint8Array): Promise<void> {
    const packet = { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 1, retain: false, dup: false } as const;
    return new Promise((resolve) => this.#broker.publish(packet, () => resolve()));
  }
}

function serverWith(certificates: Certificates | undefined, handle: (socket: Socket) => void): Server {
  if (certificates === undefined) return createServer({ noDelay: true }, handle);
  const options: TlsOptions = { ...certificates.good, noDelay: true };
  const server = createTlsServer(options, handle);
  server.on('tlsClientError', (_, socket) => socket.destroy()); // a client that does not trust it goes away
  return server;
}

/** What the broker asks the city OS. */
interface Behaviour {
  take(packet: AedesPublishPacket, client: Client): Promise<void>;
  isBusy(): boolean;
  isTooLarge(payload: { readonly length: number }): boolean;
}

const serverUnavailable = 3; // MQTT 3.1.1, 3.2.2.3

function brokerOptions({ credentials }: CityOsOptions, { take, isBusy, isTooLarge }: Behaviour): AedesOptions {
  return {
    preConnect: (_client, connect, done) => {
      connect.clean = true;
      done(null, true);
    },
    authenticate: (_client, username, password, done) => {
      const known =
        credentials === undefined ||
        (username === credentials.username && password?.toString() === credentials.password);
      if (isBusy()) done(Object.assign(new Error('server unavailable'), { returnCode: serverUnavailable }), null);
      else done(null, known);
    },
    authorizePublish: (client, { topic, retain, payload }, done) => {
      if (isTooLarge(payload)) {
        client?.conn.destroy();
        return;
      }
      const message = parseTopic(topic)?.message;
      const mayRetain = message === 'birth' || message === 'status';
      const allowed = message !== undefined && message !== 'receipt' && (mayRetain || !retain);
      done(allowed ? null : new Error('only messages of the feed may be published here'));
    },
    published: (packet, client: Client | null, done) => {
      if (client === null)
        done(); // the broker's own message
      else void take(packet, client).then(() => done());
    },
  };
}

/** Throws if the message names another gateway than its topic. */
function ofGateway<M extends { readonly gateway: string }>(topic: FeedTopic, message: M): M {
  if (message.gateway !== topic.gateway) {
    throw new MachimoriError('bad-message', {
      what: say.otherGateway({ gateway: message.gateway }),
      on: formatTopic(topic),
      hint: say.publishUnderName(),
    });
  }
  return message;
}

function tooManyFeeds(topic: FeedTopic): MachimoriError {
  return new MachimoriError('too-many-feeds', {
    what: say.tooManyFeeds(),
    on: formatTopic(topic),
    hint: say.newFile(),
  });
}

function decompress(body: Uint8Array, compression: Compression, maxBytes: number): Uint8Array {
  if (compression === 'brotli') return brotliDecompressSync(body, { maxOutputLength: maxBytes });
  if (compression === 'deflate') return inflateRawSync(body, { maxOutputLength: maxBytes });
  if (body.length > maxBytes) throw new RangeError(`the body is longer than ${maxBytes} bytes`);
  return body;
}
