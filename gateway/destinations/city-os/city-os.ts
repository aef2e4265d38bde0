/**
 * The destination `city-os`: the feed of docs/feed.md over MQTT 3.1.1 or 5.
 *
 *   connect (last will: status offline) ─▶ subscribe receipts, own birth ─▶ birth, status online (retained) ─▶ batches, gaps
 *                                             receipts ◀── one for each, by its number
 *
 * A birth that is larger than the broker takes is left out (birth-size.ts). A PUBACK only says that the broker has the message; the city OS's receipt settles the batch. With
 * `acknowledge = "puback"` the PUBACK settles it, and what the broker loses is lost. Without a receipt within
 * `receiptTimeoutMs` the send rejects, and the batch goes again.
 */
import type { Clock } from '../../../shared/clock.ts';
import { MachimoriError, messageOf, TextError } from '../../../shared/errors.ts';
import {
  type Birth,
  type DeviceDescription,
  decodeBirth,
  encodeBirth,
  encodeStatus,
  MAX_PROBLEMS_TOLD,
  MAX_SILENT_NAMED,
  type Status,
} from '../../../shared/feed/birth.ts';
import { decodeReceipt, encodeGap, type Receipt } from '../../../shared/feed/receipt.ts';
import { formatTopic, type Message, type Origin, topicFilter } from '../../../shared/feed/topics.ts';
import type { Text } from '../../../shared/text.ts';
import type { Outgoing } from '../../buffer/outgoing.ts';
import type { Log } from '../../machine/log.ts';
import { onAbort } from '../../net/keep-open.ts';
import { type BrokerSettings, type ConnectMqtt, connectMqtt, PacketTooLarge } from '../../net/mqtt-connection.ts';
import type { Destination, KnownGateways, Session, Standing } from '../destination.ts';
import { AskedFor } from './asked-for.ts';
import { AwaitedReceipts, inTime } from './awaited-receipts.ts';
import { BirthSize } from './birth-size.ts';
import { Rival } from './rival.ts';
import { say } from './words.ts';

export interface CityOsOptions {
  readonly name: string;
  readonly gateway: string;
  readonly tenant: string;
  readonly software: string;
  /** The epoch in which batches for this destination are sealed; it changes when the file is opened again. */
  epoch(): string;
  /** The devices as they are now; after a change the birth is published again with the next report. */
  devices(): readonly DeviceDescription[];
  /** Which of all the gateway's devices are silent; only those of `devices` are told of. */
  silent(): Iterable<string>;
  /** Until when all of them are maintained, epoch ms. */
  maintenanceUntil?(): number | undefined;
  /** The gateways whose batches it sends on, at a hub; their births go too, as far as `sendsOn` has it. */
  readonly others?: KnownGateways;
  sendsOn?(tenant: string): boolean;
  /** Takes an operators' list as it came; absent if none is to be asked for. */
  readonly takeOperators?: (signed: Uint8Array) => void;
  /** As `DestinationSurroundings.takeOrder`. */
  readonly takeOrder?: (message: Uint8Array, answer: (result: Uint8Array) => void) => void;
  /** What is wrong at the gateway, as far as this city OS may know. */
  problems(): readonly Text[];
  readonly broker: BrokerSettings;
  readonly acknowledge: 'receipt' | 'puback';
  readonly window: number;
  readonly windowBytes: number;
  readonly reconnectWithinMs: number;
  readonly receiptTimeoutMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /** How to reach the broker; by default as mqtt.js does. */
  readonly connect?: ConnectMqtt;
}

const goodbyeWithinMs = 1_000;

export function cityOs(options: CityOsOptions): Destination {
  const { name, window, windowBytes, reconnectWithinMs } = options;
  const self: Self = {
    rival: new Rival(options.clock),
    birth: new BirthSize(),
    born: { epoch: '', at: 0 },
    asked: { birth: new AskedFor(), operators: new AskedFor(), command: new AskedFor() },
  };
  return {
    name,
    window,
    windowBytes,
    reconnectWithinMs,
    mayBeDeaf: options.acknowledge === 'receipt',
    takesBrokersWord: options.acknowledge === 'puback',
    hasRival: () => self.rival.isThere,
    birthLeftOut: () => self.birth.leftOut,
    probe: (signal) => probe(options, signal),
    open: (signal) => openSession(options, self, signal),
  };
}

/** Under a name of its own, so that a gateway that runs keeps its connection, and without a last will. */
async function probe({ gateway, tenant, name, broker, connect = connectMqtt }: CityOsOptions, signal: AbortSignal) {
  const clientId = `machimori-${tenant}-${gateway}-${name}-check`;
  const connection = await connect(broker, { clientId, filters: [], onMessage: () => {} }, signal);
  await connection.close();
  return say.brokerIsThere();
}

/** What outlives a session. */
interface Self {
  readonly rival: Rival;
  readonly birth: BirthSize;
  /** The last birth's epoch and time: within an epoch the time never goes back, whatever the clock does. */
  born: { readonly epoch: string; readonly at: number };
  readonly asked: Readonly<Record<Optional, AskedFor>>;
}

type Optional = 'birth' | 'operators' | 'command';

async function openSession(options: CityOsOptions, self: Self, signal: AbortSignal): Promise<Session> {
  const { gateway, tenant, epoch, clock, connect = connectMqtt } = options;
  const topic = (message: Message, of: Origin = { tenant, gateway }) => formatTopic({ ...of, message });
  const awaited = new AwaitedReceipts(options.receiptTimeoutMs, clock);
  const connection = await connect(
    options.broker,
    {
      clientId: `machimori-${tenant}-${gateway}-${options.name}`,
      will: { topic: topic('status'), payload: encodeStatus({ gateway, state: 'offline', epoch: epoch() }) },
      // The session is a clean one, so QoS 1 would keep no receipt over a lost connection either. It would cost the gateway a PUBACK for each,
      // and a cluster of NATS a replicated consumer for each gateway (docs/scale.md).
      qos: 0,
      filters: [options.others === undefined ? topic('receipt') : topicFilter('receipt')],
      onMessage(about, payload) {
        if (about === topic('birth')) hearBirth(payload, self.rival);
        else if (about === topic('operators')) options.takeOperators?.(payload);
        else if (about === topic('command')) options.takeOrder?.(payload, answer);
        else takeReceipt(payload, awaited, options);
      },
    },
    signal,
  );
  const over = new AbortController();
  let isClosing = false;
  // What is lost is asked for again.
  const answer = (result: Uint8Array) => void connection.publish(topic('result'), result).catch(() => {});
  const close = () => {
    isClosing = true;
    return connection.close();
  };
  void connection.ended.then((why) => {
    over.abort();
    self.birth.ended(why, isClosing, clock.moment().monotonic);
    awaited.connectionLost(why);
  });
  const status = (standing: Standing, state: 'online' | 'offline') => {
    const maintenanceUntil = options.maintenanceUntil?.();
    return connection.publish(
      topic('status'),
      encodeStatus({
        gateway,
        state,
        epoch: epoch(),
        ...standing,
        ...(maintenanceUntil !== undefined && { maintenanceUntil }),
        silent: silentOf(options),
        problems: options.problems().slice(0, MAX_PROBLEMS_TOLD),
      }),
      { retain: true },
    );
  };

  let announced: readonly DeviceDescription[] = [];
  let announcedEpoch = '';
  const announce = async () => {
    announced = options.devices();
    const { software } = options;
    announcedEpoch = epoch();
    const { wall } = clock.moment();
    const after = self.born.epoch === announcedEpoch ? self.born.at + 1 : wall;
    self.born = { epoch: announcedEpoch, at: Math.max(wall, after) };
    const birth = { gateway, tenant, software, ...self.born, devices: announced };
    const bytes = encodeBirth(birth);
    const now = clock.moment().monotonic;
    if (!self.birth.mayGo(bytes.length, connection.maxPayloadBytes(topic('birth')), now)) return;
    self.rival.announced(birth);
    self.birth.sending(bytes.length);
    try {
      await connection.publish(topic('birth'), bytes, { retain: true });
      self.birth.taken();
    } catch (fault) {
      if (!(fault instanceof PacketTooLarge)) throw fault;
      self.birth.tooLarge(bytes.length, now);
    }
  };
  /** The births of others that have been sent on in this session. */
  const sentOn = new WeakSet<Birth>();
  const announceOthers = async () => {
    for (const birth of options.others?.births() ?? []) {
      if (sentOn.has(birth) || options.sendsOn?.(birth.tenant) === false) continue;
      await connection.publish(topic('birth', birth), encodeBirth(birth), { retain: true });
      sentOn.add(birth);
    }
  };
  const forget = onAbort(signal, () => void close());
  /** What is subscribed to in this session. */
  const heard = new Set<Optional>();
  /** Subscribes to what it may do without. */
  const hear = async (message: Optional, isNew: boolean) => {
    const { asked } = self;
    const now = clock.moment().monotonic;
    if (heard.has(message) || !asked[message].isDue(now, isNew)) return;
    asked[message].asked(now);
    if (await subscribed(connection.subscribe(topic(message)))) {
      heard.add(message);
      asked[message].granted();
      return;
    }
    if (over.signal.aborted) {
      if (!isClosing) asked[message].lost(); // perhaps thrown out for it; a slow network is none of the broker's will
      throw new TextError(await connection.ended);
    }
    if (message === 'birth') return; // it knows of no rival then
    const what = message === 'command' ? 'orders' : "operators' list";
    options.log.warn(`The broker gives this gateway no ${what}: its access control list must allow the topic`, {
      destination: options.name,
      topic: topic(message),
    });
  };
  const hearAll = async (isNew: boolean) => {
    if (options.takeOperators) await hear('operators', isNew);
    if (options.takeOrder) await hear('command', isNew);
    await hear('birth', isNew);
  };
  try {
    await inTime(hearAll(true).then(announce), options.receiptTimeoutMs, clock);
  } catch (fault) {
    await close();
    throw fault;
  } finally {
    forget();
  }

  return {
    ended: connection.ended,
    maxBatchBytes: connection.maxPayloadBytes(topic('batch')),
    report: async (standing) => {
      const isDue = self.birth.isDue(clock.moment().monotonic);
      if (isDue || options.devices() !== announced || epoch() !== announcedEpoch) await announce();
      await status(standing, 'online');
      self.birth.otherTaken();
      await announceOthers();
      await inTime(hearAll(false), options.receiptTimeoutMs, clock);
    },
    close: async (standing) => {
      const goodbye = status(standing, 'offline').catch(() => {}); // the last will says the same
      await Promise.race([goodbye, clock.sleep(goodbyeWithinMs, over.signal)]);
      await close();
    },
    async send(outgoing, taken = () => {}) {
      const [message, bytes, id] =
        outgoing.kind === 'batch'
          ? (['batch', outgoing.batch.bytes, outgoing.batch] as const)
          : (['gap', encodeGap(outgoing.gap), outgoing.gap] as const);
      const to = topic(message, { tenant: outgoing.tenant ?? tenant, gateway: id.gateway });
      if (options.acknowledge === 'puback') {
        await connection.publish(to, bytes);
        return pubackReceipt(outgoing);
      }
      return awaited.of(id, () => connection.publish(to, bytes).then(taken));
    },
  };
}

function subscribed(subscribing: Promise<void>): Promise<boolean> {
  return subscribing.then(
    () => true,
    () => false,
  );
}

function silentOf({ devices, silent }: CityOsOptions): NonNullable<Status['silent']> {
  const all = [...silent()];
  if (all.length === 0) return { count: 0, devices: [] };
  const own = new Set(devices().map(({ id }) => id));
  const told = all.filter((id) => own.has(id));
  return { count: told.length, devices: told.slice(0, MAX_SILENT_NAMED) };
}

/** Anything that is not a birth is ignored. */
function hearBirth(payload: Uint8Array, rival: Rival): void {
  try {
    rival.heard(decodeBirth(payload));
  } catch (fault) {
    if (!(fault instanceof MachimoriError)) throw fault;
  }
}

/** Hands a receipt to the sender that awaits it. */
function takeReceipt(payload: Uint8Array, awaited: AwaitedReceipts, { log, name }: CityOsOptions): void {
  try {
    awaited.take(decodeReceipt(payload));
  } catch (fault) {
    awaited.unreadable();
    log.warn('The city OS sent a receipt that cannot be read; the batch will be sent again', {
      destination: name,
      fault: messageOf(fault),
    });
  }
}

function pubackReceipt(outgoing: Outgoing): Receipt {
  const { gateway, epoch, number } = outgoing.kind === 'batch' ? outgoing.batch : outgoing.gap;
  return { gateway, epoch, number, outcome: 'stored', refused: [] };
}
