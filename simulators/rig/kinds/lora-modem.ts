/** Nodes of a private LoRa network, behind a modem of one of four makes: the modem is on the line, each node is a device. */
import * as v from 'valibot';
import { duration } from '../../../shared/duration.ts';
import { READING_KINDS } from '../../../shared/reading.ts';
import { filled, finite, must, oneOf, setting, whole } from '../../../shared/setting.ts';
import type { FaultKind } from '../../fault-board.ts';
import { cayenneLpp, LPP_TYPES } from '../../lorawan/cayenne-lpp.ts';
import type { AirNode, PrivateLoraModem, PrivateLoraOptions } from '../../sensors/air-nodes.ts';
import { AT_MODEM_FAULTS } from '../../sensors/at-modem.ts';
import { E220_FAULTS, simulateE220 } from '../../sensors/e220.ts';
import { simulateLoraE5 } from '../../sensors/lora-e5.ts';
import { RYLR_FAULTS, simulateLoraModem } from '../../sensors/lora-modem.ts';
import { simulateRak3172 } from '../../sensors/rak3172.ts';
import type { Sent } from '../../simulator.ts';
import { BARE_PACKET, type FrameShape, RYLR_LINE, TEXT_LINE } from '../../wires/faults.ts';
import { someOf } from '../common-settings.ts';
import {
  type Conflict,
  type KindDevice,
  type KindSurroundings,
  type Opened,
  rigKind,
  type WorldSurroundings,
} from '../kind.ts';
import { senseSettings } from '../senses.ts';
import { say } from './words.ts';

const channel = v.strictObject({
  channel: setting(whole(0, 255), say.channel()),
  type: setting(oneOf(LPP_TYPES), say.lppType()),
  quantity: setting(filled, say.fieldQuantity()),
  value: v.optional(setting(senseSettings, say.fieldValue()), { is: 'constant', value: 0 }),
});

const node = {
  reading: v.optional(setting(oneOf(READING_KINDS), say.readingKind()), 'measurement'),
  periodMs: v.optional(setting(duration(100), say.period()), '5s'),
  rssi: v.optional(setting(finite, say.rssi()), -80),
  snr: v.optional(setting(finite, say.snr()), 8),
  channel: setting(someOf(channel, 32), say.channels()),
};
const addressed = v.strictObject({ address: setting(whole(0, 65_535), say.nodeAddress()), ...node });
const prefix = v.pipe(v.string(must(say.mustBePrefix())), v.regex(/^([0-9a-f]{2}){1,8}$/, must(say.mustBePrefix())));
const prefixed = v.strictObject({ prefix: setting(prefix, say.nodePrefix()), ...node });
type Node = v.InferOutput<typeof prefixed> | v.InferOutput<typeof addressed>;

const maxOnLine = 100;

function worlds({ channel }: Node, { open }: WorldSurroundings) {
  return Object.fromEntries(channel.map(({ quantity, value }) => [quantity, open(value, quantity)]));
}

function airNode({ settings, quantities }: KindDevice<Node>): AirNode {
  const { reading: kind, periodMs, rssi, snr, channel } = settings;
  return {
    ...{ kind, periodMs, rssi, snr },
    payload: (seconds) =>
      cayenneLpp(channel.map(({ quantity, ...each }) => ({ ...each, value: quantities[quantity]?.at(seconds) ?? 0 }))),
  };
}

function profileOf({ reading: kind, channel }: Node): Readonly<Record<string, unknown>> {
  return { kind, map: channel.map(({ channel, quantity }) => ({ channel, quantity })) };
}

const rylr = rigKind<typeof addressed>({
  name: 'rylr',
  meaning: say.rylr(),
  settings: addressed,
  quantities: {},
  worlds,
  faults: [],
  lineFaults: RYLR_FAULTS,
  maxOnLine,
  nth: (settings, n) => ({ ...settings, address: settings.address + n }),
  conflict: (devices) =>
    sameAddress(
      devices.map(({ id, settings }) => ({ id, address: String(settings.address) })),
      'address',
    ),
  open(devices, around) {
    const nodes = devices.map((device) => ({ ...airNode(device), address: device.settings.address }));
    const simulator = simulateLoraModem({ ...around, nodes });
    return {
      ...{ simulator, shape: RYLR_LINE, isPolled: false },
      devices: devices.map(({ settings }) => ({
        sent: simulator.sentBy(settings.address),
        configured: { type: 'rylr', settings: { address: settings.address, ...profileOf(settings) } },
      })),
    };
  },
});

interface Modem {
  readonly name: string;
  readonly meaning: ReturnType<typeof say.rylr>;
  readonly simulate: (options: PrivateLoraOptions) => PrivateLoraModem;
  readonly shape: FrameShape;
  readonly lineFaults: readonly FaultKind[];
  /** What a gateway writes to it first. */
  readonly setUp?: readonly string[];
}

const MODEMS: readonly Modem[] = [
  {
    name: 'rak3172',
    meaning: say.rak3172(),
    simulate: simulateRak3172,
    shape: TEXT_LINE,
    lineFaults: AT_MODEM_FAULTS,
    setUp: ['AT+P2P=922000000:10:125:0:8:13'],
  },
  {
    name: 'lora-e5',
    meaning: say.loraE5(),
    simulate: simulateLoraE5,
    shape: TEXT_LINE,
    lineFaults: AT_MODEM_FAULTS,
    setUp: ['AT+TEST=RFCFG,922,SF10,125,8,8,13,ON,OFF,OFF'],
  },
  { name: 'e220', meaning: say.e220(), simulate: simulateE220, shape: BARE_PACKET, lineFaults: E220_FAULTS },
];

function modemKind({ name, meaning, simulate, shape, lineFaults, setUp }: Modem) {
  return rigKind<typeof prefixed>({
    ...{ name, meaning, settings: prefixed, quantities: {}, worlds, faults: [], lineFaults, maxOnLine },
    nth: (settings, n) => ({ ...settings, prefix: nextPrefix(settings.prefix, n) }),
    conflict: (devices) =>
      sameAddress(
        devices.map(({ id, settings }) => ({ id, address: settings.prefix })),
        'prefix',
      ),
    open(devices, around: KindSurroundings): Opened {
      const nodes = devices.map((device) => ({ ...airNode(device), prefix: device.settings.prefix }));
      const simulator = simulate({ ...around, nodes });
      return {
        ...{ simulator, shape, isPolled: false },
        devices: devices.map(
          ({ settings }, i): { sent: Sent; configured: Opened['devices'][number]['configured'] } => ({
            sent: simulator.sentBy(settings.prefix),
            configured: {
              type: name,
              settings: { prefix: settings.prefix, ...profileOf(settings), ...(i === 0 && setUp && { setUp }) },
            },
          }),
        ),
      };
    },
  });
}

export const loraModemKinds = [rylr, ...MODEMS.map(modemKind)];

function nextPrefix(prefix: string, n: number): string {
  const next = (BigInt(`0x${prefix}`) + BigInt(n)).toString(16);
  return next.padStart(prefix.length, '0').slice(-prefix.length);
}

function sameAddress(
  nodes: readonly { readonly id: string; readonly address: string }[],
  setting: string,
): Conflict | undefined {
  const twice = nodes.findIndex(({ address }, i) => nodes.slice(0, i).some((other) => other.address === address));
  const { id, address } = nodes[twice] ?? {};
  if (id === undefined || address === undefined) return undefined;
  return { device: twice, setting, what: say.sameAddress({ id, address }), hint: say.otherAddress() };
}
