/** What a test of one's own imports: `machimori/rig`. */

export { Random } from '../../simulators/random.ts';
export { VirtualClock } from '../../simulators/virtual-clock.ts';
export { tomlOf } from '../config/toml.ts';
export type { Status } from '../status/status.ts';
export type { Tallies } from './accounts.ts';
export type { City, CityReading, Sender } from './city.ts';
export type { Counts } from './counts.ts';
export { openDescribedRig as openRig, type RigDescription } from './described-rig.ts';
export type { FeedCity, FeedCityOptions } from './feed-city.ts';
export { freePort } from './free-port.ts';
export { type GatewayHere, type HereOptions, startHere } from './gateway-here.ts';
export { type GatewayProcess, type ProcessOptions, startProcess } from './gateway-process.ts';
export type { HubCity, HubCityOptions } from './hub-city.ts';
export type { KeptLog, LogEntry } from './kept-log.ts';
export type { NgsiCity, NgsiCityOptions } from './ngsi-city.ts';
export { type CityKind, type CityOptions, openCity } from './open-city.ts';
export type { Rig, RigOptions } from './open-rig.ts';
export type { Given, UnderTest } from './under-test.ts';
export { until, type Waiting } from './until.ts';
export { openVirtualClock, startVirtual, type VirtualOptions } from './virtual/gateway-virtual.ts';
export { openVirtualCity, type VirtualCity, type VirtualCityOptions } from './virtual/virtual-city.ts';
export { VirtualWire } from './virtual/virtual-wire.ts';
