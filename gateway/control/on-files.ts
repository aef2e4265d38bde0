/** Answers the command line from the gateway's files while no gateway runs. Loaded only then: it brings SQLite along. */
import { statSync } from 'node:fs';
import { codeOf, MachimoriError } from '../../shared/errors.ts';
import { ReadingBuffer } from '../buffer/buffer.ts';
import { diskSpaceOf } from '../buffer/disk-room.ts';
import { authorityFolderOf, isHub, listTimesOf } from '../config/hub.ts';
import type { Config } from '../config/settings.ts';
import { Authority } from '../hub/authority.ts';
import { EnrolledGateways } from '../hub/enrolled-gateways.ts';
import { Operators } from '../hub/operators.ts';
import { orderKey, orderKeyFileOf } from '../hub/order-key.ts';
import { DeviceTable } from '../intake/device-table.ts';
import { Register, registerFileOf } from '../lorawan/register.ts';
import { giveToOwnerOf } from '../machine/folder-lock.ts';
import type { Log } from '../machine/log.ts';
import { bootId, SystemClock } from '../machine/system-clock.ts';
import { bufferFileOf, bufferOptionsOf } from '../open-buffer.ts';
import { openHubOrders } from '../open-hub-orders.ts';
import { answer, type ControlSources } from './actions.ts';
import { HUB_ACTIONS, type HubSources } from './hub-actions.ts';
import { LORAWAN_ACTIONS, type LorawanSources } from './lorawan-actions.ts';
import { type Ask, denied } from './messages.ts';
import { OPERATOR_ACTIONS } from './operator-actions.ts';
import { say } from './words.ts';

/** Throws a MachimoriError "no-buffer" or "denied", what `ReadingBuffer.open` throws, and what `answer` throws. */
export async function onBuffer<T>(config: Config, log: Log, use: (ask: Ask) => Promise<T>): Promise<T> {
  const file = bufferFileOf(config);
  checkIsThere(file);
  const clock = new SystemClock(config.clock.synchronised);
  const { id: gateway, tenant } = config.gateway;
  const register = Register.open(config);
  const devices = new DeviceTable(config, register.entries);
  const buffer = ReadingBuffer.open(
    bufferOptionsOf(config, { clock, log, devices, boot: bootId(), diskSpace: diskSpaceOf }),
  );
  const hub = {
    enrolled: EnrolledGateways.open(config.gateway.dataDirectory),
    authority: authorityOf(config),
    operators: operatorsOf(config),
    ...(isHub(config) && { orders: openHubOrders({ config, buffer, clock, log }) }),
  };
  const sources = { gateway, tenant, buffer, clock, register, hub };
  try {
    return await use((action, parameters) => answerOf(action, parameters, sources));
  } finally {
    buffer.close();
    // If root found it damaged and began a new one, the gateway must still be able to open it.
    giveToOwnerOf(config.gateway.dataDirectory, file);
  }
}

/** Throws what the actions throw. */
export async function onRegister<T>(config: Config, use: (ask: Ask) => Promise<T>): Promise<T> {
  const { dataDirectory } = config.gateway;
  const register = Register.open(config);
  const enrolled = EnrolledGateways.open(dataDirectory);
  const authority = authorityOf(config);
  const operators = operatorsOf(config);
  const sources = {
    register,
    hub: { enrolled, authority, operators, orderKey: () => orderKey(dataDirectory).publicKey },
    clock: new SystemClock(config.clock.synchronised),
  };
  try {
    return await use((action, parameters) => registerAnswer(action, parameters, sources));
  } finally {
    giveToOwnerOf(dataDirectory, registerFileOf(config));
    for (const file of [...enrolled.files, ...authority.files, ...operators.files, orderKeyFileOf(dataDirectory)])
      giveToOwnerOf(dataDirectory, file);
  }
}

function authorityOf(config: Config): Authority {
  return new Authority(authorityFolderOf(config), `${config.gateway.tenant}/${config.gateway.id}`);
}

function operatorsOf({ gateway, watchOver }: Config): Operators {
  return Operators.open(gateway.dataDirectory, listTimesOf(watchOver));
}

function checkIsThere(file: string): void {
  try {
    statSync(file);
  } catch (fault) {
    if (codeOf(fault) !== 'ENOENT') throw denied(file, fault);
    throw new MachimoriError('no-buffer', {
      what: say.noBuffer(),
      on: file,
      hint: say.noBufferHint(),
      cause: fault,
    });
  }
}

async function* answerOf(action: string, parameters: unknown, sources: ControlSources): AsyncGenerator<Uint8Array> {
  yield* await answer(action, parameters, sources);
}

async function* registerAnswer(
  action: string,
  parameters: unknown,
  sources: LorawanSources & HubSources,
): AsyncGenerator<Uint8Array> {
  const act = LORAWAN_ACTIONS[action] ?? HUB_ACTIONS[action] ?? OPERATOR_ACTIONS[action];
  if (act !== undefined) yield* await act(parameters, sources);
}
