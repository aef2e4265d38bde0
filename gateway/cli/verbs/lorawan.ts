import type { Usage } from '../verb.ts';
import { say as general } from '../words/general.ts';
import { say } from '../words/lorawan.ts';
import { configFile } from './gateway.ts';

const json = { meaning: general.json() };

export const deviceUsage = { name: 'device', summary: say.device() } as const satisfies Usage;

export const addDevicesUsage = {
  name: 'add',
  summary: say.deviceAdd(),
  arguments: { config: configFile },
  options: {
    id: { value: 'id', meaning: say.optionId() },
    'dev-eui': { value: 'eui', meaning: say.optionDevEui() },
    'join-eui': { value: 'eui', meaning: say.optionJoinEui() },
    qr: { value: 'text', meaning: say.optionQr() },
    profile: { value: 'name', meaning: say.optionAddProfile() },
    'key-file': { value: 'file', meaning: say.optionKeyFile() },
    project: {
      value: 'name',
      meaning: general.withDefault({ meaning: say.optionProject(), value: say.optionProjectDefault() }),
    },
    version: { value: 'version', meaning: say.optionVersion(), known: ['1.0.2', '1.0.3', '1.0.4', '1.1'] },
    abp: { meaning: say.optionAbp() },
    'dev-addr': { value: 'address', meaning: say.optionDevAddr() },
    'allow-counter-reset': { meaning: say.optionCounterReset() },
    'rx1-delay': { value: 'time', meaning: say.optionRx1Delay() },
    'rx2-data-rate': { value: 'n', meaning: say.optionRx2DataRate() },
    chirpstack: { meaning: say.optionChirpstack() },
    group: { value: 'name', meaning: say.optionGroup() },
    place: { value: 'lat,lon,name', meaning: say.optionPlace() },
    threshold: { value: 'name,quantity,raise,clear[,below]', meaning: say.optionThreshold(), repeats: true },
    range: { value: 'quantity,min,max', meaning: say.optionRange(), repeats: true },
    import: { value: 'file.csv', meaning: say.optionImport() },
  },
  notes: [say.keysAreSecret(), say.importColumns()],
} as const satisfies Usage;

export const listDevicesUsage = {
  name: 'list',
  summary: say.deviceList(),
  arguments: { config: configFile },
  options: {
    project: { value: 'name', meaning: say.optionOfProject() },
    strangers: { meaning: say.optionStrangers() },
    json,
  },
} as const satisfies Usage;

export const testDeviceUsage = {
  name: 'test',
  summary: say.deviceTest(),
  arguments: { config: configFile, device: { shown: 'device', meaning: say.deviceTested() } },
  options: { json },
  notes: [say.testNote(), say.testExit()],
} as const satisfies Usage;

export const removeDevicesUsage = {
  name: 'remove',
  summary: say.deviceRemove(),
  arguments: {
    config: configFile,
    ids: { shown: 'id', meaning: say.deviceIds(), repeats: true },
  },
} as const satisfies Usage;

export const setDevicesUsage = {
  name: 'set',
  summary: say.deviceSet(),
  arguments: { config: configFile, ids: { shown: 'id', meaning: say.deviceIds(), repeats: true } },
  options: {
    profile: { value: 'name', meaning: say.optionProfile() },
    'rx1-delay': { value: 'time', meaning: say.optionRx1Delay() },
    'rx2-data-rate': { value: 'n', meaning: say.optionRx2DataRate() },
  },
  notes: [say.setKeeps()],
} as const satisfies Usage;

export const forgetNoncesUsage = {
  name: 'forget-nonces',
  summary: say.deviceForgetNonces(),
  arguments: { config: configFile, ids: { shown: 'id', meaning: say.deviceIds(), repeats: true } },
  notes: [say.forgetNoncesNote()],
} as const satisfies Usage;

export const projectUsage = {
  name: 'project',
  summary: say.project(),
  notes: [say.projectNote()],
} as const satisfies Usage;

export const listProjectsUsage = {
  name: 'list',
  summary: say.projectList(),
  arguments: { config: configFile },
  options: { json },
} as const satisfies Usage;

export const showProjectUsage = {
  name: 'show',
  summary: say.projectShow(),
  arguments: {
    config: configFile,
    name: { shown: 'name', meaning: say.projectName(), optional: true },
  },
  options: { json },
} as const satisfies Usage;

export const downlinkUsage = {
  name: 'downlink',
  summary: say.downlink(),
  notes: [say.downlinkNote()],
} as const satisfies Usage;

const toDevice = { config: configFile, device: { shown: 'device', meaning: say.downlinkDevice() } } as const;

export const sendDownlinkUsage = {
  name: 'send',
  summary: say.downlinkSend(),
  arguments: toDevice,
  options: {
    port: { value: 'n', meaning: say.optionPort() },
    hex: { value: 'bytes', meaning: say.optionHex() },
    confirmed: { meaning: say.optionConfirmed() },
    expires: { value: 'time', meaning: say.optionExpires(), default: '1d' },
  },
  notes: [say.downlinkNote()],
} as const satisfies Usage;

export const listDownlinksUsage = {
  name: 'list',
  summary: say.downlinkList(),
  arguments: toDevice,
  options: { json },
} as const satisfies Usage;

export const cancelDownlinksUsage = {
  name: 'cancel',
  summary: say.downlinkCancel(),
  arguments: toDevice,
  options: { id: { value: 'n,…', meaning: say.optionDownlinkIds() } },
} as const satisfies Usage;
