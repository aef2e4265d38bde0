/** What can be wrong with a line: with what is on it beside its devices, with its connection, and with its wire. */
import type { FaultKind } from '../fault-board.ts';
import { FIELD_BROKER_FAULTS } from '../field-broker/field-broker.ts';
import { DIAL_IN_FAULTS } from '../wires/dial-in-wire.ts';
import { WIRE_FAULTS } from '../wires/wire-faults.ts';
import type { RigKind } from './kind.ts';
import type { WireType } from './settings.ts';

const CONNECTION_FAULTS: Readonly<Partial<Record<WireType, readonly FaultKind[]>>> = {
  'dial-in': DIAL_IN_FAULTS,
  broker: FIELD_BROKER_FAULTS,
};
/** Messages reach a broker whole or not at all. */
const MESSAGE_FAULTS = WIRE_FAULTS.filter(({ name }) => name === 'silence');

export function lineFaults({ lineFaults: own = [], carries }: RigKind, type: WireType): readonly FaultKind[] {
  const ofWire = carries === 'messages' ? MESSAGE_FAULTS : WIRE_FAULTS;
  return [...own, ...(CONNECTION_FAULTS[type] ?? []), ...ofWire];
}
