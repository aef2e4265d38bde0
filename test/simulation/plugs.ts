/** What a simulated box is connected to. */
import type { OpenPort, PortConfig } from '../../gateway/ports/port.ts';
import type { VirtualWire } from '../../gateway/rig/virtual/virtual-wire.ts';
import { aborted } from '../../simulators/simulator.ts';
import type { VirtualBroker } from './virtual-broker.ts';

/** The ports of a box with nothing plugged in. */
export function nothingPluggedIn({ name, portType }: PortConfig): OpenPort {
  const path = name;
  if (portType.shape === 'stream') {
    return {
      shape: 'stream',
      path,
      transport: 'serial',
      run: (_receiver, signal) => aborted(signal),
      write: async () => {},
    };
  }
  return { shape: 'messages', path, run: (_topics, _receiver, signal) => aborted(signal) };
}

export function wireOf(wires: ReadonlyMap<string, VirtualWire>, name: string): VirtualWire {
  const wire = wires.get(name);
  if (wire === undefined) throw new RangeError(`there is no wire ${name}`);
  return wire;
}

export function brokerOf(brokers: ReadonlyMap<string, VirtualBroker>, url: string): VirtualBroker {
  const broker = brokers.get(new URL(url).hostname);
  if (broker === undefined) throw new RangeError(`there is no broker at ${url}`);
  return broker;
}
