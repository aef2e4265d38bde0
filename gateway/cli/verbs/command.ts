import { ACTION_NAMES } from '../../../shared/orders/actions.ts';
import type { Usage } from '../verb.ts';
import { say } from '../words/command.ts';
import { say as general } from '../words/general.ts';
import { say as hub } from '../words/hub.ts';
import { configFile } from './gateway.ts';

export const commandUsage = { name: 'command', summary: say.command() } as const satisfies Usage;

export const sendCommandUsage = {
  name: 'send',
  summary: say.send(),
  arguments: {
    config: configFile,
    gateway: { shown: 'tenant/gateway', meaning: hub.gatewayName() },
    action: { shown: 'action', meaning: say.action(), known: ACTION_NAMES },
  },
  options: {
    device: { value: 'id', meaning: say.optionDevice() },
    argument: { value: 'name=value', meaning: say.optionArgument(), repeats: true },
    expires: { value: 'duration', meaning: say.optionExpires() },
    by: { value: 'name', meaning: say.optionBy() },
    key: { value: 'file', meaning: say.optionKey() },
    wait: { meaning: say.optionWait() },
    json: { meaning: general.json() },
  },
  notes: [say.sendNote(), say.sendExit()],
} as const satisfies Usage;

export const listCommandsUsage = {
  name: 'list',
  summary: say.list(),
  arguments: { config: configFile, gateway: { shown: 'tenant/gateway', meaning: say.onlyOf(), optional: true } },
  options: { json: { meaning: general.json() } },
} as const satisfies Usage;

export const showCommandUsage = {
  name: 'show',
  summary: say.show(),
  arguments: { config: configFile, id: { shown: 'id', meaning: say.id() } },
  options: { json: { meaning: general.json() } },
} as const satisfies Usage;

export const commandKeyUsage = {
  name: 'key',
  summary: say.key(),
  arguments: { config: configFile },
  options: { file: { value: 'file', meaning: say.optionKeyFile() } },
  notes: [say.keyNote()],
} as const satisfies Usage;
