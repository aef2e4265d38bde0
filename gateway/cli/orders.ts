/** `machimori command`: orders to gateways and their devices, at a hub. */
import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { parseDuration } from '../../shared/duration.ts';
import { toBase64url } from '../../shared/enrolment/base64url.ts';
import { MachimoriError } from '../../shared/errors.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import { ACTION_NAMES, actionOf } from '../../shared/orders/actions.ts';
import {
  type ArgumentValue,
  maxLifetimeMs,
  orderedBy,
  orderId,
  orderIdOf,
  signOrder,
} from '../../shared/orders/order.ts';
import { say as sayState } from '../../shared/orders/states-words.ts';
import { isoTime } from '../../shared/reading.ts';
import type { Text } from '../../shared/text.ts';
import { entriesOf } from '../config/schema-walk.ts';
import type { Config } from '../config/settings.ts';
import { askGateway, readJson, readLines } from '../control/client.ts';
import type { Ask } from '../control/messages.ts';
import type { ListedOrder } from '../control/order-actions.ts';
import { readOrderKey } from '../hub/order-key.ts';
import { openLog } from '../machine/log.ts';
import { originOf } from './gateways.ts';
import { checkHub } from './hub-certificates.ts';
import { loadConfig, readText } from './input.ts';
import { type List, printList } from './output.ts';
import type { Terminal } from './terminal.ts';
import { durationOf, oneOfWords } from './values.ts';
import { type Called, UsageError } from './verb.ts';
import type { commandKeyUsage, listCommandsUsage, sendCommandUsage, showCommandUsage } from './verbs/command.ts';
import { say } from './words/command.ts';

const lookEveryMs = 500;

export async function sendCommand({ args, options, terminal }: Called<typeof sendCommandUsage>): Promise<number> {
  const config = hubConfig(args.config, terminal);
  if (config === undefined) return 1;
  const action = oneOfWords('<action>', args.action, ACTION_NAMES);
  const expires = options.expires === undefined ? undefined : durationOf('--expires', options.expires, '10m');
  if (expires !== undefined && (expires < 1_000 || expires > maxLifetimeMs)) throw new UsageError(say.badExpires());
  const by = options.by ?? userInfo().username;
  if (!v.is(orderedBy, by)) throw new UsageError(say.badBy());
  const wanted = {
    ...originOf(args.gateway),
    action,
    ...(options.device !== undefined && { device: options.device }),
    arguments: argumentsOf(action, options.argument ?? []),
    by,
    ...(expires !== undefined && { expiresMs: expires }),
  };
  const message = options.key === undefined ? undefined : await signedBy(options.key, wanted);
  const sent = await ask(config, (askFor) =>
    readJson<ListedOrder>(message === undefined ? askFor('send-order', wanted) : askFor('pass-order', { message })),
  );
  const ended = options.wait ? await resultOf(config, sent) : sent;
  if (options.json) terminal.writeJson(JSON.stringify(ended));
  else if (options.wait) print(ended, terminal);
  else terminal.print(say.ordered({ id: sent.id, gateway: args.gateway }));
  return options.wait && ended.state !== 'done' ? 1 : 0;
}

export async function listCommands({ args, options, terminal }: Called<typeof listCommandsUsage>): Promise<number> {
  const config = hubConfig(args.config, terminal);
  if (config === undefined) return 1;
  const only = args.gateway === undefined ? {} : { gateway: nameOf(originOf(args.gateway)) };
  await ask(config, (askFor) => printList(readLines(askFor('list-orders', only)), { ...ORDERS, ...options }, terminal));
  return 0;
}

export async function showCommand({ args, options, terminal }: Called<typeof showCommandUsage>): Promise<number> {
  const config = hubConfig(args.config, terminal);
  if (config === undefined) return 1;
  if (!v.is(orderId, args.id)) throw new UsageError(say.writeId({ id: args.id }));
  const order = await show(config, args.id);
  if (options.json) terminal.writeJson(JSON.stringify(order));
  else print(order, terminal);
  return 0;
}

export async function printCommandKey({ args, options, terminal }: Called<typeof commandKeyUsage>): Promise<number> {
  const config = hubConfig(args.config, terminal);
  if (config === undefined) return 1;
  const { publicKey } =
    options.file === undefined
      ? await ask(config, (askFor) => readJson<{ publicKey: string }>(askFor('order-key', {})))
      : readOrderKey(options.file);
  terminal.write(publicKey);
  return 0;
}

const ORDERS: Omit<List, 'json'> = {
  heading: [
    say.idColumn(),
    say.gatewayColumn(),
    say.actionColumn(),
    say.deviceColumn(),
    say.byColumn(),
    say.issuedColumn(),
    say.stateColumn(),
  ],
  none: say.none(),
  hasLongTexts: true,
  cells(line) {
    const order = JSON.parse(line) as ListedOrder; // by a hub of this release
    const { id, action, device = '-', by, issuedAt } = order;
    return [id, nameOf(order), action, device, by, isoTime(issuedAt), stateText(order)];
  },
};

function print(order: ListedOrder, terminal: Terminal): void {
  const { action, device, by, issuedAt, expiresAt, file, result } = order;
  const about = { action, gateway: nameOf(order), by, at: isoTime(issuedAt), until: isoTime(expiresAt) };
  terminal.print(device === undefined ? say.about(about) : say.aboutDevice({ ...about, device }));
  terminal.print(stateText(order));
  for (const [name, value] of Object.entries(result?.details ?? {})) terminal.write(`  ${name}: ${value}`);
  if (file !== undefined) terminal.print(say.keptIn({ file }));
}

const STATES: Readonly<Record<string, () => Text>> = {
  waiting: sayState.waiting,
  done: sayState.done,
  refused: sayState.refused,
  failed: sayState.failed,
  expired: sayState.expired,
  interrupted: sayState.interrupted,
};

function stateText({ state, result }: ListedOrder): Text {
  const said = STATES[state]?.();
  if (said === undefined) return say.noAnswer();
  return result?.text === undefined ? said : say.because({ state: said, why: result.text });
}

/** Once it waits no more. */
async function resultOf(config: Config, { id }: ListedOrder): Promise<ListedOrder> {
  for (;;) {
    const order = await show(config, id);
    if (order.state !== 'waiting') return order;
    await sleep(lookEveryMs);
  }
}

/** Throws a MachimoriError "no-order". */
async function show(config: Config, id: string): Promise<ListedOrder> {
  const order = await ask(config, (askFor) => readJson<ListedOrder | null>(askFor('show-order', { id })));
  if (order !== null) return order;
  throw new MachimoriError('no-order', { what: say.notOrder(), on: id, hint: say.listThem() });
}

/** Signs here, so that the key need not be where the hub is. */
async function signedBy(
  file: string,
  {
    expiresMs,
    ...wanted
  }: Omit<Parameters<typeof signOrder>[0], 'id' | 'issuedAt' | 'expiresAt'> & {
    readonly expiresMs?: number;
  },
): Promise<string> {
  const issuedAt = Date.now();
  const expiresAt = issuedAt + (expiresMs ?? actionOf(wanted.action)?.expiresMs ?? 0);
  const order = { ...wanted, id: orderIdOf(randomBytes(16)), issuedAt, expiresAt };
  return toBase64url(await signOrder(order, await readOrderKey(file).signer()));
}

/** "level=debug": as the action's argument of that name takes it. Lengths of time may have their unit and leave "Ms" away. */
function argumentsOf(action: string, words: readonly string[]): Record<string, ArgumentValue> {
  const entries = entriesOf(actionOf(action)?.arguments ?? v.strictObject({}));
  const given = new Set<string>();
  return Object.fromEntries(
    words.map((word) => {
      const [, name = '', written = ''] = /^([A-Za-z][A-Za-z0-9]*)=([\s\S]*)$/.exec(word) ?? [];
      if (name === '') throw new UsageError(say.writeArgument({ word }));
      const value = written.startsWith('@') ? readText(written.slice(1)) : written;
      const key = name in entries ? name : `${name}Ms` in entries ? `${name}Ms` : name;
      if (given.has(key)) throw new UsageError(say.writtenTwice({ name: key }));
      given.add(key);
      const schema = entries[key];
      const ways: readonly (ArgumentValue | undefined)[] = [
        value,
        value.trim() === '' ? undefined : Number(value),
        key.endsWith('Ms') ? parseDuration(value) : undefined,
        value === 'true' ? true : value === 'false' ? false : undefined,
      ];
      const fitting = ways.find((way) => way !== undefined && schema !== undefined && v.is(schema, way));
      return [key, fitting ?? value]; // what fits nothing is told by the hub
    }),
  );
}

function hubConfig(file: string, terminal: Terminal): Config | undefined {
  const config = loadConfig(file, terminal);
  if (config !== undefined) checkHub(config);
  return config;
}

function ask<T>(config: Config, use: (ask: Ask) => Promise<T>): Promise<T> {
  return askGateway(
    config,
    openLog('warn', () => performance.now()),
    use,
  );
}

function nameOf({ tenant, gateway }: Origin): string {
  return `${tenant}/${gateway}`;
}
