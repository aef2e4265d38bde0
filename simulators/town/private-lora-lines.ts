/** The river's nodes behind the modems that the city does not have: a RAK3172, a LoRa-E5 and an E220. */
import type { PrefixedNode, PrivateLoraModem, PrivateLoraOptions } from '../sensors/air-nodes.ts';
import { simulateE220 } from '../sensors/e220.ts';
import { simulateLoraE5 } from '../sensors/lora-e5.ts';
import { simulateRak3172 } from '../sensors/rak3172.ts';
import { BARE_PACKET, type FrameShape, TEXT_LINE } from '../wires/faults.ts';
import type { City, FleetLine } from './fleet-lines.ts';
import { riverNodes } from './river-nodes.ts';

interface Modem {
  readonly name: string;
  readonly simulate: (options: PrivateLoraOptions) => PrivateLoraModem;
  readonly shape: FrameShape;
  readonly settings: Readonly<Record<string, unknown>>;
}

const MODEMS: readonly Modem[] = [
  {
    name: 'modem-rak3172',
    simulate: simulateRak3172,
    shape: TEXT_LINE,
    settings: { setUp: ['AT+P2P=922000000:10:125:0:8:13'] },
  },
  {
    name: 'modem-lora-e5',
    simulate: simulateLoraE5,
    shape: TEXT_LINE,
    settings: { setUp: ['AT+TEST=RFCFG,922,SF10,125,8,8,13,ON,OFF,OFF'] },
  },
  { name: 'modem-e220', simulate: simulateE220, shape: BARE_PACKET, settings: {} },
];

export function privateLoraLines(city: City): readonly FleetLine[] {
  return MODEMS.map((modem) => lineOf(modem, city));
}

function lineOf({ name, simulate, shape, settings }: Modem, city: City): FleetLine {
  const { gauge, weather } = riverNodes(city);
  const nodes: readonly PrefixedNode[] = [
    { ...gauge.node, prefix: '0b' },
    { ...weather.node, prefix: '0c' },
  ];
  const simulator = simulate({ clock: city.clock, random: city.random.fork(), nodes, faults: city.faults[name] ?? {} });
  const { type } = simulator;
  return {
    name,
    simulator,
    shape,
    isPolled: false,
    devices: [
      {
        ...gauge.device,
        type,
        settings: { prefix: '0b', ...gauge.settings, ...settings },
        sent: simulator.sentBy('0b'),
      },
      { ...weather.device, type, settings: { prefix: '0c', ...weather.settings }, sent: simulator.sentBy('0c') },
    ],
  };
}
