/** The river's nodes behind the modems that the city does not have: a RAK3172, a LoRa-E5 and an E220. */
import type { FaultKind } from '../fault-board.ts';
import type { PrefixedNode, PrivateLoraModem, PrivateLoraOptions } from '../sensors/air-nodes.ts';
import { AT_MODEM_FAULTS } from '../sensors/at-modem.ts';
import { E220_FAULTS, simulateE220 } from '../sensors/e220.ts';
import { simulateLoraE5 } from '../sensors/lora-e5.ts';
import { simulateRak3172 } from '../sensors/rak3172.ts';
import { BARE_PACKET, type FrameShape, TEXT_LINE } from '../wires/faults.ts';
import { type City, type FleetLine, lineBoard } from './fleet-lines.ts';
import { riverNodes } from './river-nodes.ts';

interface Modem {
  readonly name: string;
  readonly simulate: (options: PrivateLoraOptions) => PrivateLoraModem;
  readonly faults: readonly FaultKind[];
  readonly shape: FrameShape;
  readonly settings: Readonly<Record<string, unknown>>;
}

const MODEMS: readonly Modem[] = [
  {
    name: 'modem-rak3172',
    simulate: simulateRak3172,
    faults: AT_MODEM_FAULTS,
    shape: TEXT_LINE,
    settings: { setUp: ['AT+P2P=922000000:10:125:0:8:13'] },
  },
  {
    name: 'modem-lora-e5',
    simulate: simulateLoraE5,
    faults: AT_MODEM_FAULTS,
    shape: TEXT_LINE,
    settings: { setUp: ['AT+TEST=RFCFG,922,SF10,125,8,8,13,ON,OFF,OFF'] },
  },
  { name: 'modem-e220', simulate: simulateE220, faults: E220_FAULTS, shape: BARE_PACKET, settings: {} },
];

export function privateLoraLines(city: City): readonly FleetLine[] {
  return MODEMS.map((modem) => lineOf(modem, city));
}

function lineOf({ name, simulate, faults: kinds, shape, settings }: Modem, city: City): FleetLine {
  const { gauge, weather } = riverNodes(city);
  const nodes: readonly PrefixedNode[] = [
    { ...gauge.node, prefix: '0b' },
    { ...weather.node, prefix: '0c' },
  ];
  const faults = lineBoard(...kinds);
  const simulator = simulate({ clock: city.clock, random: city.random.fork(), nodes, faults });
  const { type } = simulator;
  return {
    name,
    simulator,
    shape,
    isPolled: false,
    faults,
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
