import { type Verb, verb } from '../verb.ts';
import { say as general } from '../words/general.ts';
import { say } from '../words/lorawan.ts';
import { configFile } from './gateway.ts';

const json = { meaning: general.json() };

export const addArguments = { config: configFile };
export const addOptions = {
  id: { value: 'id', meaning: say.optionId() },
  'dev-eui': { value: 'eui', meaning: say.optionDevEui() },
  'join-eui': { value: 'eui', meaning: say.optionJoinEui() },
  qr: { value: 'text', meaning: say.optionQr() },
  profile: { value: 'name', meaning: say.optionProfile() },
  'key-file': { value: 'file', meaning: say.optionKeyFile() },
  project: {
    value: 'name',
    meaning: general.withDefault({ meaning: say.optionProject(), value: say.optionProjectDefault() }),
  },
  version: { value: 'version', meaning: say.optionVersion(), known: ['1.0.2', '1.0.3', '1.0.4', '1.1'] },
  abp: { meaning: say.optionAbp() },
  'dev-addr': { value: 'address', meaning: say.optionDevAddr() },
  'allow-counter-reset': { meaning: say.optionCounterReset() },
  chirpstack: { meaning: say.optionChirpstack() },
  group: { value: 'name', meaning: say.optionGroup() },
  place: { value: 'lat,lon,name', meaning: say.optionPlace() },
  threshold: { value: 'name,quantity,raise,clear', meaning: say.optionThreshold(), repeats: true },
  range: { value: 'quantity,min,max', meaning: say.optionRange(), repeats: true },
  import: { value: 'file.csv', meaning: say.optionImport() },
} as const;

export const listArguments = { config: configFile };
export const listOptions = {
  project: { value: 'name', meaning: say.optionOfProject() },
  strangers: { meaning: say.optionStrangers() },
  json,
} as const;

export const removeArguments = {
  config: configFile,
  ids: { shown: 'id', meaning: say.deviceIds(), repeats: true },
} as const;

const device: Verb = {
  name: 'device',
  summary: say.device(),
  verbs: [
    verb({
      name: 'add',
      summary: say.deviceAdd(),
      arguments: addArguments,
      options: addOptions,
      notes: [say.keysAreSecret(), say.importColumns()],
      load: async () => (await import('../device.ts')).addDevices,
    }),
    verb({
      name: 'list',
      summary: say.deviceList(),
      arguments: listArguments,
      options: listOptions,
      load: async () => (await import('../device.ts')).listDevices,
    }),
    verb({
      name: 'remove',
      summary: say.deviceRemove(),
      arguments: removeArguments,
      load: async () => (await import('../device.ts')).removeDevices,
    }),
  ],
};

export const projectsArguments = { config: configFile };
export const projectArguments = {
  config: configFile,
  name: { shown: 'name', meaning: say.projectName(), optional: true },
} as const;
export const projectOptions = { json };
const project: Verb = {
  name: 'project',
  summary: say.project(),
  notes: [say.projectNote()],
  verbs: [
    verb({
      name: 'list',
      summary: say.projectList(),
      arguments: projectsArguments,
      options: projectOptions,
      load: async () => (await import('../project.ts')).listProjects,
    }),
    verb({
      name: 'show',
      summary: say.projectShow(),
      arguments: projectArguments,
      options: projectOptions,
      load: async () => (await import('../project.ts')).showProject,
    }),
  ],
};

export const downlinkArguments = {
  config: configFile,
  device: { shown: 'device', meaning: say.downlinkDevice() },
};
export const sendOptions = {
  port: { value: 'n', meaning: say.optionPort() },
  hex: { value: 'bytes', meaning: say.optionHex() },
  confirmed: { meaning: say.optionConfirmed() },
  expires: { value: 'time', meaning: say.optionExpires(), default: '1d' },
} as const;
export const cancelOptions = { id: { value: 'n,…', meaning: say.optionDownlinkIds() } } as const;
const downlink: Verb = {
  name: 'downlink',
  summary: say.downlink(),
  notes: [say.downlinkNote()],
  verbs: [
    verb({
      name: 'send',
      summary: say.downlinkSend(),
      arguments: downlinkArguments,
      options: sendOptions,
      notes: [say.downlinkNote()],
      load: async () => (await import('../downlink.ts')).sendDownlink,
    }),
    verb({
      name: 'list',
      summary: say.downlinkList(),
      arguments: downlinkArguments,
      load: async () => (await import('../downlink.ts')).listDownlinks,
    }),
    verb({
      name: 'cancel',
      summary: say.downlinkCancel(),
      arguments: downlinkArguments,
      options: cancelOptions,
      load: async () => (await import('../downlink.ts')).cancelDownlinks,
    }),
  ],
};

export const LORAWAN_VERBS: readonly Verb[] = [device, project, downlink];
