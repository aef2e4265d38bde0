import { listed } from '../../../shared/text.ts';
import type { Usage } from '../verb.ts';
import { say } from '../words/simulate.ts';
import { DEVICE_TYPE_NAMES } from './decode.ts';

export const simulateUsage = {
  name: 'simulate',
  summary: say.simulate(),
  arguments: {
    type: { shown: 'device-type', meaning: say.simulateType(), known: [...DEVICE_TYPE_NAMES, 'city-os', 'lorawan'] },
  },
  options: {
    link: { value: 'path', meaning: say.optionLink() },
    tcp: { value: 'port', meaning: say.optionTcp() },
    seconds: { value: 'n', meaning: say.optionSimulateSeconds() },
    seed: { value: 'n', meaning: say.optionSeed(), default: '1' },
    'time-scale': { value: 'n', meaning: say.optionTimeScale(), default: '60' },
    window: { value: 'time', meaning: say.optionWindow(), default: '10s' },
    noise: { value: 'p', meaning: say.optionNoise() },
    truncate: { value: 'p', meaning: say.optionTruncate() },
    corrupt: { value: 'p', meaning: say.optionCorrupt() },
    silence: { value: 'from:to', meaning: say.optionSilence(), repeats: true },
    unplug: { value: 'at:for', meaning: say.optionUnplug(), repeats: true },
    'clock-jump': { value: 'at:ms', meaning: say.optionClockJump() },
    'power-cycle': { value: 'at', meaning: say.optionPowerCycle(), repeats: true },
    file: { value: 'sqlite', meaning: say.optionFile(), default: ':memory:' },
    udp: { value: 'host:port', meaning: say.optionUdp() },
    station: { value: 'url', meaning: say.optionStation() },
    gateways: { value: 'n', meaning: say.optionGateways(), default: '10' },
    devices: { value: 'n', meaning: say.optionDevices(), default: '1000' },
    'per-second': { value: 'n', meaning: say.optionPerSecond(), default: '20' },
    csv: { value: 'file', meaning: say.optionCsv() },
    profile: { value: 'name', meaning: say.optionProfile(), default: 'lpp' },
  },
  notes: [say.deviceTypes({ types: listed(DEVICE_TYPE_NAMES) }), say.webTable(), say.cityOs(), say.lorawan()],
} as const satisfies Usage;

export const demoUsage = {
  name: 'demo',
  summary: say.demo(),
  options: {
    city: { meaning: say.optionCity() },
    seconds: { value: 'n', meaning: say.optionDemoSeconds() },
    outage: { value: 'from:to', meaning: say.optionOutage(), default: '20:35' },
    seed: { value: 'n', meaning: say.optionSeed(), default: '1' },
    json: { meaning: say.optionDemoJson() },
    keep: { meaning: say.optionKeep() },
  },
  notes: [say.demoExit()],
} as const satisfies Usage;
