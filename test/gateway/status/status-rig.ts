import { join } from 'node:path';
import { CodecRunner } from '../../../gateway/codecs/runner.ts';
import { Forwarder } from '../../../gateway/destinations/forwarder.ts';
import { Authority } from '../../../gateway/hub/authority.ts';
import { Births } from '../../../gateway/hub/births.ts';
import { EnrolledGateways } from '../../../gateway/hub/enrolled-gateways.ts';
import { Operators } from '../../../gateway/hub/operators.ts';
import { Traffic } from '../../../gateway/hub/traffic.ts';
import { type DeviceEntry, DeviceTable } from '../../../gateway/intake/device-table.ts';
import type { IntakeOptions } from '../../../gateway/intake/intake.ts';
import { Silence } from '../../../gateway/intake/silence.ts';
import { Network } from '../../../gateway/lorawan/network.ts';
import { Register } from '../../../gateway/lorawan/register.ts';
import { Credentials } from '../../../gateway/status/credentials.ts';
import type { StatusSources } from '../../../gateway/status/sources.ts';
import { AT } from '../buffer/buffer-rig.ts';
import { entry, IntakeRig } from '../intake/intake-rig.ts';
import { lorawanConfig } from '../lorawan/lorawan-config.ts';

/** A gateway with one port, one device and one destination, all well. */
export function sources(device01: Partial<DeviceEntry> = {}, options: Partial<IntakeOptions> = {}) {
  const rig = new IntakeRig(options);
  const destination = {
    name: 'city',
    windowBytes: 1e6,
    reconnectWithinMs: 0,
    window: 4,
    open: () => Promise.reject(new Error('not in this test')),
  };
  const forwarder = new Forwarder({
    destination,
    buffer: rig.buffer,
    clock: rig.clock,
    log: rig.rig.log,
    random: () => 0,
  });
  forwarder.stats.state = 'connected';
  forwarder.stats.why = undefined;
  const port = rig.activity.addPort('river', '/dev/ttyUSB0');
  port.state = 'open';
  port.why = undefined;
  const device = rig.activity.addDevice('gauge-01', 'line', 'river');
  const config = lorawanConfig(rig.rig.folder);
  const devices = new DeviceTable(config, [entry('gauge-01', device01)]);
  const silence = new Silence({ devices, intake: rig.intake, clock: rig.clock });
  const register = Register.open(config);
  const from: StatusSources = {
    gateway: 'gateway-01',
    tenant: 'kakogawa',
    version: '0.1.0',
    startedAt: AT,
    usage: () => ({ cpuSeconds: 1.25, residentBytes: 8e7, heapBytes: 1e7 }),
    clock: rig.clock,
    credentials: new Credentials(() => config),
    outputs: { states: new Map() },
    activity: rig.activity,
    intake: rig.intake,
    devices,
    silence,
    buffer: rig.buffer,
    forwarders: [forwarder],
    hub: {
      enrolled: EnrolledGateways.open(rig.rig.folder),
      authority: new Authority(join(rig.rig.folder, 'authority'), 'hub'),
      operators: Operators.open(rig.rig.folder, { refreshMs: 3_600_000, validityMs: 86_400_000 }),
      births: new Births(new Map(), () => {}, rig.rig.log),
      traffic: new Traffic(),
    },
    register,
    network: new Network({
      config,
      register,
      intake: rig.intake,
      clock: rig.clock,
      log: rig.rig.log,
      codecs: new CodecRunner({ clock: rig.clock, log: rig.rig.log }),
      random: () => 0,
    }),
  };
  return { rig, from, port, device, forwarder, silence };
}
