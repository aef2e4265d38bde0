import type { Usage } from '../verb.ts';
import { say as general } from '../words/general.ts';
import { say } from '../words/hub.ts';
import { configFile } from './gateway.ts';

const gateway = { shown: 'tenant/gateway', meaning: say.gatewayName() } as const;

export const gatewayUsage = { name: 'gateway', summary: say.gateway() } as const satisfies Usage;

export const enrolGatewayUsage = {
  name: 'enrol',
  summary: say.enrol(),
  arguments: { config: configFile, gateway },
  options: {
    out: { value: 'file', meaning: say.optionOut() },
    stick: { value: 'folder', meaning: say.optionStick() },
    url: { value: 'url', meaning: say.optionUrl() },
    ca: { value: 'file', meaning: say.optionCa() },
    certificate: { meaning: say.optionCertificate() },
    'cert-file': { value: 'file', meaning: say.optionCertFile() },
    renew: { meaning: say.optionRenew() },
    hub: { meaning: say.optionHub() },
    orders: { value: 'actions', meaning: say.optionOrders(), default: 'all' },
    mosquitto: { value: 'file', meaning: say.optionMosquitto() },
  },
  notes: [say.enrolNote()],
} as const satisfies Usage;

export const revokeGatewayUsage = {
  name: 'revoke',
  summary: say.revoke(),
  arguments: { config: configFile, gateway },
} as const satisfies Usage;

export const acceptGatewaysUsage = {
  name: 'accept',
  summary: say.accept(),
  arguments: { config: configFile },
  notes: [say.acceptNote()],
} as const satisfies Usage;

export const listGatewaysUsage = {
  name: 'list',
  summary: say.list(),
  arguments: { config: configFile },
  options: { json: { meaning: general.json() } },
} as const satisfies Usage;

export const hubCertificateUsage = {
  name: 'hub-certificate',
  summary: say.hubCertificate(),
  arguments: { config: configFile, name: { shown: 'host', meaning: say.hostName(), repeats: true } },
  notes: [say.hubCertificateNote()],
} as const satisfies Usage;

export const revocationListUsage = {
  name: 'crl',
  summary: say.revocationList(),
  arguments: { config: configFile },
  notes: [say.revocationListNote()],
} as const satisfies Usage;

export const permissionsUsage = {
  name: 'acl',
  summary: say.permissions(),
  arguments: { config: configFile },
  options: { user: { value: 'name', meaning: say.optionUser(), default: 'hub' } },
  notes: [say.permissionsNote()],
} as const satisfies Usage;
