/**
 * What may be asked of a gateway and changed in it: the same through the socket of a running one (server.ts), through its console
 * (gateway/console/) and on files that the command line has opened itself (on-files.ts).
 *
 * Promise: a faulty request is refused before it changes anything. Long answers are made while they are read, so that neither
 * side holds more than a piece; the buffer can be written to meanwhile. Bounds: ids and receipts of one request, below.
 */
import * as v from 'valibot';
import { operatorId } from '../../shared/enrolment/operators.ts';
import { MachimoriError } from '../../shared/errors.ts';
import { type ParcelMessage, writeParcel } from '../../shared/feed/parcel.ts';
import { encodeGap, OUTCOMES } from '../../shared/feed/receipt.ts';
import { type Reading, readingToJson } from '../../shared/reading.ts';
import { must } from '../../shared/setting.ts';
import { listed } from '../../shared/text.ts';
import { say as sayShared } from '../../shared/words.ts';
import type { ReadingBuffer } from '../buffer/buffer.ts';
import type { Outgoing } from '../buffer/outgoing.ts';
import type { StatusSources } from '../status/sources.ts';
import { readStatus } from '../status/status.ts';
import { withoutTag, withoutTags } from '../status/without-tags.ts';
import { suggestedName } from '../words/suggestion.ts';
import { COMMISSION_ACTIONS, type CommissionSources } from './commission-actions.ts';
import { CONFIG_ACTIONS, type ConfigSources } from './config-actions.ts';
import { FRAME_ACTIONS, type FrameSources } from './frame-actions.ts';
import { GAP_ACTIONS } from './gap-actions.ts';
import { HISTORY_ACTIONS, type HistorySources } from './history-actions.ts';
import { HUB_ACTIONS, type HubSources } from './hub-actions.ts';
import { LORAWAN_ACTIONS, type LorawanSources } from './lorawan-actions.ts';
import { MAP_ACTIONS, type MapSources } from './map-actions.ts';
import {
  type Act,
  type Answer,
  badRequest,
  count,
  json,
  jsonLines,
  maxReceipts,
  noDevice,
  notRunning,
  parse,
} from './messages.ts';
import { OPERATOR_ACTIONS } from './operator-actions.ts';
import { ORDER_ACTIONS } from './order-actions.ts';
import { OUTPUT_ACTIONS, type OutputSources } from './output-actions.ts';
import { say } from './words.ts';

export interface ControlSources
  extends LorawanSources,
    HubSources,
    ConfigSources,
    OutputSources,
    CommissionSources,
    MapSources,
    FrameSources,
    HistorySources {
  readonly gateway: string;
  readonly tenant: string;
  readonly buffer: ReadingBuffer;
  /** What the status is made of; absent if no gateway runs. */
  readonly status?: StatusSources;
  /** Whether whoever asks is not to learn whose tags are seen. */
  readonly hidesTags?: boolean;
}

const maxIds = 10_000;

/** A device, or at a hub a gateway: "tenant/gateway". */
const maintained = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}(\/[A-Za-z0-9][A-Za-z0-9._-]{0,63})?$/, must(sayShared.mustBeName())),
);

const filter = v.strictObject({
  destination: v.optional(v.string()),
  ids: v.optional(v.pipe(v.array(count), v.maxLength(maxIds))),
});
/** Whether a reading is to be erased. */
const erasing = v.pipe(
  v.union([v.strictObject({ tag: v.pipe(v.string(), v.minLength(1)) }), v.strictObject({ operator: operatorId })]),
  v.transform((whose) => ({ kind, values }: Reading) => {
    if (kind !== 'sighting') return false;
    return 'tag' in whose ? values.tag === whose.tag : values.operator === whose.operator;
  }),
);
const receipt = v.strictObject({
  gateway: v.string(),
  epoch: v.string(),
  number: count,
  outcome: v.picklist(OUTCOMES),
  refused: v.array(v.strictObject({ index: count, reason: v.string() })),
  reason: v.exactOptional(v.string()),
  last: v.exactOptional(count),
  digest: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/))),
});

const ACTIONS: Readonly<Record<string, Act<ControlSources>>> = {
  ...LORAWAN_ACTIONS,
  ...HUB_ACTIONS,
  ...OPERATOR_ACTIONS,
  ...ORDER_ACTIONS,
  ...CONFIG_ACTIONS,
  ...OUTPUT_ACTIONS,
  ...COMMISSION_ACTIONS,
  ...MAP_ACTIONS,
  ...FRAME_ACTIONS,
  ...HISTORY_ACTIONS,
  ...GAP_ACTIONS,

  /** A `Status`. */
  status(_parameters, { status, hidesTags }) {
    if (status === undefined) throw notRunning();
    const read = readStatus(status);
    return json(hidesTags === true ? withoutTags(read) : read);
  },

  /** `{ devices }`: so many are maintained until then, epoch ms; 0 ends their maintenance. */
  async maintain(parameters, { status }) {
    const { device, until } = parse(v.strictObject({ device: v.optional(maintained), until: count }), parameters);
    if (status === undefined) throw notRunning();
    if (device?.includes('/') === true) return json({ devices: await maintainGateway(device, until, status) });
    const devices = status.devices.all.flatMap(({ id }) => (device === undefined || device === id ? [id] : []));
    if (devices.length === 0 && device !== undefined) {
      throw noDevice(
        device,
        status.devices.all.map(({ id }) => id),
      );
    }
    await status.silence.maintain(devices, until === 0 ? undefined : until);
    return json({ devices: devices.length });
  },

  /** A line of JSON for each: id, destination, number, reason, reading (null if the disk has damaged it). */
  'list-refused'(parameters, { buffer, hidesTags }) {
    const shown = hidesTags === true ? withoutTag<Reading> : (reading: Reading) => reading;
    return jsonLines(refusedLines(buffer.refused(filterOf(parameters, buffer)), shown));
  },

  /** A `Retried`. */
  'retry-refused'(parameters, { buffer }) {
    return json(buffer.retryRefused(filterOf(parameters, buffer)));
  },

  /** `{ dropped }`. */
  'drop-refused'(parameters, { buffer }) {
    return json({ dropped: buffer.dropRefused(filterOf(parameters, buffer)) });
  },

  /** An `Erased`: of a tag of the city's own, by its name, or of an operator. */
  async erase(parameters, { buffer }) {
    const isIt = parse(erasing, parameters);
    return json(await buffer.erase(isIt));
  },

  /** Everything of this gateway, or of another whose file this was, that waits for a destination, as a parcel. Open readings are
   * sealed first. */
  export(parameters, { buffer, gateway: own, tenant, clock }) {
    const { destination, gateway = own } = parse(
      v.strictObject({ destination: v.string(), gateway: v.optional(v.string()) }),
      parameters,
    );
    checkDestination(destination, buffer);
    buffer.sealOpen();
    return writeParcel({ gateway, tenant, at: clock.moment().wall }, messagesOf(buffer.waiting(destination, gateway)));
  },

  /** A `ByHand`. */
  settle(parameters, { buffer }) {
    const { receipts } = parse(
      v.strictObject({ receipts: v.pipe(v.array(receipt), v.maxLength(maxReceipts)) }),
      parameters,
    );
    return json(buffer.settleByHand(receipts));
  },
};

export const ACTION_NAMES: readonly string[] = Object.keys(ACTIONS);

/** Throws, or rejects with, a MachimoriError "bad-request", "no-destination", "buffer-full", or what lorawan-actions.ts names. */
export function answer(action: string, parameters: unknown, sources: ControlSources): Answer | Promise<Answer> {
  const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (act === undefined) throw badRequest(say.noAction({ action }));
  return act(parameters, sources);
}

/** Returns how many that are. Throws a MachimoriError "no-device" if it was never heard. */
async function maintainGateway(name: string, until: number, { hub }: StatusSources): Promise<number> {
  const [tenant = '', gateway = ''] = name.split('/');
  if ((await hub.watch?.maintain({ tenant, gateway }, until === 0 ? undefined : until)) === true) return 1;
  const known = hub.enrolled.all.map((each) => `${each.tenant}/${each.gateway}`);
  throw new MachimoriError('no-device', {
    what: say.noGatewayHeard(),
    on: name,
    hint: suggestedName(name, known, say.seeGateways()),
  });
}

function filterOf(parameters: unknown, buffer: ReadingBuffer): v.InferOutput<typeof filter> {
  const parsed = parse(filter, parameters);
  if (parsed.destination !== undefined) checkDestination(parsed.destination, buffer);
  return parsed;
}

function checkDestination(name: string, buffer: ReadingBuffer): void {
  const known = Object.keys(buffer.stats().outboxes);
  if (known.includes(name)) return;
  throw new MachimoriError('no-destination', {
    what: say.noDestination(),
    on: name,
    hint: say.thereAre({ known: known.length === 0 ? say.none() : listed(known) }),
  });
}

function* messagesOf(waiting: Iterable<Outgoing>): Generator<ParcelMessage> {
  for (const outgoing of waiting) {
    yield outgoing.kind === 'batch'
      ? { kind: 'batch', bytes: outgoing.batch.bytes }
      : { kind: 'gap', bytes: encodeGap(outgoing.gap) };
  }
}

function* refusedLines(
  rows: ReturnType<ReadingBuffer['refused']>,
  shown: (reading: Reading) => Reading,
): Generator<unknown> {
  for (const { reading, ...row } of rows) yield { ...row, reading: reading ? readingToJson(shown(reading)) : null };
}
